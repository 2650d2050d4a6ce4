/* SPDX-License-Identifier: ISC */
#ifndef OP_BUF_H
#define OP_BUF_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Growable bytes with a ceiling, given at birth. An append that would pass
 * the ceiling appends nothing, sets `full` and returns -1; so does every one
 * after it, so that a row of appends can be checked once, at its end. There
 * is always a NUL behind the last byte; data is never NULL.
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

int buf_add(struct buf *b, const void *bytes, size_t len);
int buf_add_text(struct buf *b, const char *text);
int buf_add_char(struct buf *b, char c);
int buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Room for len bytes more behind the last one; NULL past the ceiling. buf->len is the caller's to
 * raise. */
char *buf_reserve(struct buf *b, size_t len);

/* The bytes, now the caller's to free(); the buf is empty. */
char *buf_take(struct buf *b);

#endif
