/* SPDX-License-Identifier: ISC */
#ifndef OP_POSTGRES_FAULT_H
#define OP_POSTGRES_FAULT_H

#include "base/fault.h"

/* What a failure of PostgreSQL is for op. */

/*
 * The status that a SQLSTATE calls for; "" is one without: the server is out of
 * reach. It is never STATUS_UNAVAILABLE, which op-loop takes for a cycle whose
 * source did not answer: a dead store must not look like that.
 */
enum status postgres_status(const char *state);

/*
 * Sets the fault: of libpq's words one line, and nothing of what connected.
 * Always -1.
 */
int postgres_fault(struct fault *f, const char *name, const char *state, const char *words);

/*
 * Finds the SQLSTATE in the verbose message of a connection that failed, which
 * has no other place for it; "" if there is none.
 */
void postgres_fault_code(const char *message, char state[6]);

#endif
