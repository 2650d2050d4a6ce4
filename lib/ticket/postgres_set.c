/* SPDX-License-Identifier: ISC */
#include "ticket/postgres_set.h"

#include <stdio.h>

#include "base/number.h"
#include "base/timestamp.h"
#include "ticket/database.h"

enum { ARRAY_MAX = 1 << 30 }; /* PostgreSQL's limit for a value */

void
postgres_set_init(struct postgres_set *s, size_t width)
{
	*s = (struct postgres_set){.width = width};
	for (size_t i = 0; i < width; i++) {
		buf_init(&s->columns[i], ARRAY_MAX);
		buf_add_char(&s->columns[i], '{');
	}
}

void
postgres_set_free(struct postgres_set *s)
{
	for (size_t i = 0; i < s->width; i++)
		buf_free(&s->columns[i]);
}

/* Returns the column to add a value to. */
static struct buf *
next(struct postgres_set *s)
{
	struct buf *column = &s->columns[s->at++];

	if (s->rows)
		buf_add_char(column, ',');
	if (s->at == s->width) {
		s->at = 0;
		s->rows++;
	}
	return column;
}

void
postgres_set_span(struct postgres_set *s, struct span text)
{
	struct buf *column = next(s);

	if (!text.at) {
		buf_add_text(column, "NULL");
		return;
	}
	buf_add_char(column, '"');
	for (size_t from = 0, i = 0; i <= text.len; i++) {
		if (i < text.len && text.at[i] != '"' && text.at[i] != '\\')
			continue;
		buf_add(column, text.at + from, i - from);
		if (i < text.len)
			buf_add_char(column, '\\');
		from = i;
	}
	buf_add_char(column, '"');
}

void
postgres_set_text(struct postgres_set *s, const char *text)
{
	postgres_set_span(s, span_of(text));
}

void
postgres_set_i64(struct postgres_set *s, int64_t value)
{
	buf_printf(next(s), "%lld", (long long)value);
}

void
postgres_set_bool(struct postgres_set *s, bool value)
{
	buf_add_char(next(s), value ? 't' : 'f');
}

void
postgres_set_double(struct postgres_set *s, double value)
{
	char text[32];
	size_t len;

	if (value < 0) {
		postgres_set_text(s, NULL);
		return;
	}
	len = number_format(text, value);
	buf_add(next(s), text, len);
}

void
postgres_set_time(struct postgres_set *s, int64_t ms)
{
	char text[TIMESTAMP_SIZE] = "";

	if (ms != TIMESTAMP_NEVER)
		timestamp_format(text, ms);
	postgres_set_text(s, *text ? text : NULL);
}

void
postgres_set_bind(const struct postgres_set *s, struct stmt *stmt, int first)
{
	for (size_t i = 0; i < s->width; i++) {
		struct buf array;

		buf_init(&array, ARRAY_MAX);
		buf_add(&array, s->columns[i].data, s->columns[i].len);
		buf_add_char(&array, '}');
		stmt_bind_span(stmt, first + (int)i, (struct span){array.data, array.len});
		buf_free(&array);
	}
}
