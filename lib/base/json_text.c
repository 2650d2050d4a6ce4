/* SPDX-License-Identifier: ISC */
#include "base/json_text.h"

#include <string.h>

#include "base/buf.h"
#include "base/json_lex.h"
#include "base/mem.h"

size_t
json_text_decode(const struct json_text *t, char *out)
{
	const char *at = t->at;
	char *o = out;

	if (!t->escaped) {
		memmove(out, t->at, t->len);
		return t->len;
	}
	while (at < t->at + t->len) {
		char piece[4];
		size_t n = json_lex_decode(&at, t->at + t->len, piece);

		memcpy(o, piece, n);
		o += n;
	}
	return (size_t)(o - out);
}

void
json_text_append(const struct json_text *t, struct buf *out)
{
	char *room = buf_reserve(out, t->len);

	if (!room)
		return;
	out->len += json_text_decode(t, room);
	out->data[out->len] = '\0';
}

char *
json_text_copy(const struct json_text *t)
{
	char *copy = mem_alloc(t->len + 1);

	copy[json_text_decode(t, copy)] = '\0';
	return copy;
}

bool
json_text_is(const struct json_text *t, const char *text)
{
	const char *at = t->at;
	const char *end = at + t->len;
	size_t len = strlen(text);

	if (!t->escaped)
		return t->len == len && memcmp(t->at, text, len) == 0;
	while (at < end) {
		char piece[4];
		size_t n = json_lex_decode(&at, end, piece);

		if (n > len || memcmp(piece, text, n) != 0)
			return false;
		text += n;
		len -= n;
	}
	return len == 0;
}
