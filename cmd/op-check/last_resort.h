/* SPDX-License-Identifier: ISC */
#ifndef OP_LAST_RESORT_H
#define OP_LAST_RESORT_H

struct eval;

/*
 * The wall clock of last resort: from here on SIGALRM, which comes when a check has taken too
 * long (check/sandbox.h), ends the process with STATUS_TRY_AGAIN and a message. Nothing of the
 * cycle has been written then.
 */
void last_resort_start(void);

/* The message names what this one evaluates. NULL: none, as at the start. */
void last_resort_watch(const struct eval *e);

#endif
