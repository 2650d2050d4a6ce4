/* SPDX-License-Identifier: ISC */
#ifndef OP_FILE_READ_H
#define OP_FILE_READ_H

#include <stddef.h>

struct fault;

/*
 * Reads a whole regular file of at most max bytes. A FIFO, a device or a directory is refused
 * without waiting for it, and a file that grows is read no further than max. *text ends with a
 * NUL and is the caller's to free(); it is NULL unless 0 is returned. 1: there is no such file.
 * -1 with a fault that begins with the path.
 */
int file_read(const char *path, size_t max, char **text, size_t *len, struct fault *f);

/* As above, of a descriptor that is open already and stays so; path is for messages. */
int file_read_fd(int fd, const char *path, size_t max, char **text, size_t *len, struct fault *f);

#endif
