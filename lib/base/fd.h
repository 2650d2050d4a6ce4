/* SPDX-License-Identifier: ISC */
#ifndef OP_FD_H
#define OP_FD_H

/*
 * Closes a descriptor whose close() has nothing left to report: one that was
 * only read, a pipe, a socket. -1 is accepted.
 */
void fd_close(int fd);

#endif
