/* SPDX-License-Identifier: ISC */
#ifndef OP_BUF_H
#define OP_BUF_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Growable bytes with a ceiling. An append that would pass the ceiling appends
 * nothing and sets `full`, and so does every later one. So check `full` once,
 * after a series of appends. A NUL always follows the last byte; data is never
 * NULL. Memory grows by half until an append of any length fits; mem_grow()
 * doubles it, for one more element.
 */
struct buf {
	char *data;
	size_t len;
	size_t cap;
	size_t max;
	bool full;
};

void buf_init(struct buf *b, size_t max);
void buf_free(struct buf *b);  /* leaves it empty and usable again; a zeroed struct is accepted */
void buf_clear(struct buf *b); /* empty, not full; keeps its memory */

void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_add_text(struct buf *b, const char *text);
void buf_add_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Room for len more bytes after the last one, or NULL past the ceiling. The caller raises
 * buf->len. */
char *buf_reserve(struct buf *b, size_t len);

/* The bytes, now the caller's to free(); the buf is empty. */
char *buf_take(struct buf *b);

#endif
