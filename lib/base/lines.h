/* SPDX-License-Identifier: ISC */
#ifndef OP_LINES_H
#define OP_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct fault;

/*
 * Lines from a descriptor, with a ceiling on their length. Memory doubles up to
 * the ceiling and then grows by what is read at once, so that no line makes it
 * twice as large, as with mem_grow().
 */
struct lines;

struct lines *lines_open(int fd, size_t max);
void lines_close(struct lines *l); /* the descriptor stays the caller's */

struct line {
	const char *text; /* without its newline; until the next call */
	size_t len;
	size_t number; /* from 1 */
	bool too_long; /* it was skipped; text is empty */
	bool cut;      /* the input ended before its newline */
};

/* 1 and the next line, 0 at the end of the input, -1 if reading failed. */
int lines_next(struct lines *l, struct line *line, struct fault *f);

/*
 * Whether lines_next() would return at once. Reads what has arrived, and never
 * waits. The text of the last line is invalid after this call.
 */
bool lines_ready(struct lines *l);

#endif
