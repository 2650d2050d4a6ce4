/* SPDX-License-Identifier: ISC */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static char nothing[1];

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.data = nothing, .max = max};
}

void
buf_free(struct buf *b)
{
	if (b->cap)
		free(b->data);
	buf_init(b, b->max);
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	b->full = false;
	if (b->cap)
		b->data[0] = '\0';
}

char *
buf_reserve(struct buf *b, size_t len)
{
	size_t cap;

	if (b->full || len > b->max - b->len) {
		b->full = true;
		return NULL;
	}
	if (b->cap > b->len + len)
		return b->data + b->len;
	cap = b->cap ? b->cap : 128;
	while (cap <= b->len + len)
		cap += cap / 2;
	b->data = mem_resize(b->cap ? b->data : NULL, cap, 1);
	b->cap = cap;
	return b->data + b->len;
}

void
buf_add(struct buf *b, const void *bytes, size_t len)
{
	char *room = buf_reserve(b, len);

	if (!room)
		return;
	if (len)
		memcpy(room, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void
buf_add_text(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_add_char(struct buf *b, char c)
{
	char *room = buf_reserve(b, 1);

	if (!room)
		return;
	room[0] = c;
	room[1] = '\0';
	b->len++;
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	size_t room = b->cap - b->len;
	char *end = room ? b->data + b->len : NULL;
	va_list ap, again;
	int len;

	va_start(ap, fmt);
	va_copy(again, ap);
	len = vsnprintf(end, room, fmt, ap);
	va_end(ap);
	if (len >= 0 && buf_reserve(b, (size_t)len)) {
		if ((size_t)len >= room)
			text_vformat(b->data + b->len, (size_t)len + 1, fmt, again);
		b->len += (size_t)len;
	} else if (end) {
		*end = '\0';
	}
	va_end(again);
}

char *
buf_take(struct buf *b)
{
	char *data = b->cap ? b->data : mem_copy("");

	buf_init(b, b->max);
	return data;
}
