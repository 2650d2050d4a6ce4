/* SPDX-License-Identifier: ISC */
#ifndef OP_HEADER_FILE_H
#define OP_HEADER_FILE_H

#include <stddef.h>

struct fault;

/*
 * Headers to be sent with every request, from a file of secrets: a line "Name:
 * value" each; blank lines and lines that begin with # are skipped.
 */
enum { HEADER_FILE_MAX = 16 };

struct header_file {
	char *list[HEADER_FILE_MAX]; /* "Name: value" */
	size_t count;
};

/* -1 with PATH:LINE, never with the text of the line. header_file_free() is due either way. */
int header_file_read(struct header_file *h, const char *path, struct fault *f);
void header_file_free(struct header_file *h);

/* How many of them have that name, in any case. */
size_t header_file_count(const struct header_file *h, const char *name);

#endif
