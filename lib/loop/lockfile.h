/* SPDX-License-Identifier: ISC */
#ifndef OP_LOCKFILE_H
#define OP_LOCKFILE_H

struct fault;

/*
 * Takes the lock on a file, which is created if it is missing, for as long as
 * this process lives: a POSIX record lock, which no child inherits and which
 * ends with SIGKILL too. The file is never written to and never removed.
 * Returns its descriptor, to be kept open, or -1: STATUS_TRY_AGAIN with the
 * pid of the holder if another process has the lock.
 */
int lockfile_take(const char *path, struct fault *f);

#endif
