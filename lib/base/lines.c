/* SPDX-License-Identifier: ISC */
#include "base/lines.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/mem.h"

enum { BLOCK = 1 << 17 };

struct lines {
	int fd;
	size_t max;
	size_t number;
	char *data; /* room for a line of max bytes, its newline, and a block */
	size_t cap;
	size_t start;	/* the line begins here */
	size_t scanned; /* no newline before this */
	size_t end;
	bool eof;
	bool too_long; /* the line that is being read has passed max */
};

struct lines *
lines_open(int fd, size_t max)
{
	struct lines *l = mem_zero(1, sizeof *l);

	l->fd = fd;
	l->max = max;
	l->cap = BLOCK;
	l->data = mem_alloc(l->cap);
	return l;
}

void
lines_close(struct lines *l)
{
	if (l)
		free(l->data);
	free(l);
}

static void
make_room(struct lines *l)
{
	if (l->start) {
		memmove(l->data, l->data + l->start, l->end - l->start);
		l->scanned -= l->start;
		l->end -= l->start;
		l->start = 0;
	}
	if (l->cap - l->end < BLOCK / 2) {
		l->cap += l->cap < l->max ? l->cap : BLOCK;
		l->data = mem_resize(l->data, l->cap, 1);
	}
}

static int
fill(struct lines *l, struct fault *f)
{
	ssize_t n;

	make_room(l);
	do
		n = read(l->fd, l->data + l->end, l->cap - l->end);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return fault_errno(f, STATUS_DATA, errno, "cannot read the input");
	l->eof = n == 0;
	l->end += (size_t)n;
	return 0;
}

static void
give(struct lines *l, struct line *line, size_t len, bool cut)
{
	if (len > l->max)
		l->too_long = true;
	line->text = l->too_long ? "" : l->data + l->start;
	line->len = l->too_long ? 0 : len;
	line->number = ++l->number;
	line->too_long = l->too_long;
	line->cut = cut;
	l->start += len + !cut;
	l->scanned = l->start;
	l->too_long = false;
}

/* The next newline in what has arrived, or NULL; then nothing before l->end is searched again. */
static char *
find_newline(struct lines *l)
{
	char *newline = NULL;

	if (l->scanned < l->end)
		newline = memchr(l->data + l->scanned, '\n', l->end - l->scanned);
	if (newline) {
		l->scanned = (size_t)(newline - l->data);
		return newline;
	}
	l->scanned = l->end;
	if (l->end - l->start > l->max) {
		l->too_long = true;
		l->start = l->end; /* drop what has arrived; the rest of the line follows */
	}
	return NULL;
}

bool
lines_ready(struct lines *l)
{
	while (!find_newline(l) && !l->eof) {
		struct pollfd in = {.fd = l->fd, .events = POLLIN};
		struct fault ignored; /* lines_next() will report it */

		if (poll(&in, 1, 0) == 0)
			return false;
		if (fill(l, &ignored))
			return true;
	}
	return true;
}

int
lines_next(struct lines *l, struct line *line, struct fault *f)
{
	for (;;) {
		char *newline = find_newline(l);

		if (newline) {
			give(l, line, (size_t)(newline - l->data) - l->start, false);
			return 1;
		}
		if (l->eof) {
			if (l->start == l->end && !l->too_long)
				return 0;
			give(l, line, l->end - l->start, true);
			return 1;
		}
		if (fill(l, f))
			return -1;
	}
}
