/* SPDX-License-Identifier: ISC */
#ifndef OP_LINES_H
#define OP_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct fault;

/* Lines from a descriptor, with a ceiling on their length. */
struct lines;

struct lines *lines_open(int fd, size_t max);
void lines_close(struct lines *l); /* the descriptor stays the caller's */

struct line {
	const char *text; /* without its newline; until the next call */
	size_t len;
	size_t number; /* from 1 */
	bool too_long; /* passed over; text is empty */
	bool cut;      /* the input ended without a newline behind it */
};

/* 1 and the next line, 0 at the end of the input, -1 where reading failed. */
int lines_next(struct lines *l, struct line *line, struct fault *f);

/*
 * Will lines_next() return at once? Takes in what has come already, and never
 * waits. The last line's text is gone after it.
 */
bool lines_ready(struct lines *l);

#endif
