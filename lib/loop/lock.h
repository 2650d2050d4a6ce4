/* SPDX-License-Identifier: ISC */
#ifndef OP_LOCK_H
#define OP_LOCK_H

struct fault;

/*
 * Takes the lock on a file, created where it is missing, that lasts as long
 * as the process: a POSIX record lock, which no child inherits and of which a
 * SIGKILL leaves nothing. The file is never written to and never removed.
 * Returns its descriptor, to be kept open, or -1: STATUS_TRY_AGAIN with the
 * holder's pid where another process has it.
 */
int lock_take(const char *path, struct fault *f);

#endif
