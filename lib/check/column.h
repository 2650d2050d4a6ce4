/* SPDX-License-Identifier: ISC */
#ifndef OP_COLUMN_H
#define OP_COLUMN_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

/*
 * One column of a kind's observations: a compact array, in chunks of rows that are
 * allocated with their first value. A value that was never set is NULL.
 *
 * The form follows from the affinity of the declared type, and values are
 * converted as SQLite would convert them for such a column. A row takes four bytes
 * for a text, eight for a number.
 */
enum column_form {
	COLUMN_TEXT,	/* offsets of texts in the arena; 0 is NULL */
	COLUMN_REAL,	/* doubles; NaN is NULL */
	COLUMN_INTEGER, /* doubles, the integral ones stand for integers; NaN: NULL, or one of
			   `wide` */
	COLUMN_ANY,	/* values with their types */
};

enum value_type {
	VALUE_NULL,
	VALUE_INTEGER,
	VALUE_REAL,
	VALUE_TEXT,
};

struct value {
	enum value_type type;
	union {
		int64_t integer;
		double real;
		struct {
			const char *at;
			size_t len;
		} text;
	};
};

enum { COLUMN_CHUNK_BITS = 10, COLUMN_CHUNK = 1 << COLUMN_CHUNK_BITS };

struct column {
	enum column_form form;
	void **chunks; /* NULL: all of its rows are NULL */
	size_t chunk_count;
	int64_t *wide; /* integers beyond 2^53 of a COLUMN_INTEGER */
	size_t wide_count;
	size_t wide_cap;
};

/* The form of a column that is declared with this type ("" for none). */
enum column_form column_form(const char *type);

/* Whether this type has NUMERIC affinity: the COLUMN_ANYs whose texts SQLite converts. */
bool column_is_numeric(const char *type);

void column_init(struct column *c, enum column_form form);
void column_clear(struct column *c);

/* Sets a row. text is the address of a length and bytes in the arena that the column is read with.
 */
void column_set_text(struct column *c, uint32_t row, uint32_t text);
void column_set_real(struct column *c, uint32_t row, double value);
void column_set_integer(struct column *c, uint32_t row, int64_t value);

/* Reads a row of a COLUMN_ANY or of a wide integer: the slow rest of column_get(). */
void column_get_any(const struct column *c, const struct arena *a, uint32_t row, struct value *v);

static inline void
column_text_at(const struct arena *a, uint32_t offset, struct value *v)
{
	v->type = VALUE_TEXT;
	v->text.at = arena_get_length(arena_at(a, offset), &v->text.len);
}

/* The value of a row. Texts point into the arena. */
static inline void
column_get(const struct column *c, const struct arena *a, uint32_t row, struct value *v)
{
	const void *chunk = NULL;
	uint32_t at = row & (COLUMN_CHUNK - 1), offset;
	double real;

	v->type = VALUE_NULL;
	if (row >> COLUMN_CHUNK_BITS < c->chunk_count)
		chunk = c->chunks[row >> COLUMN_CHUNK_BITS];
	if (!chunk)
		return;
	if (c->form == COLUMN_TEXT) {
		offset = ((const uint32_t *)chunk)[at];
		if (offset)
			column_text_at(a, offset, v);
		return;
	}
	if (c->form == COLUMN_ANY) {
		column_get_any(c, a, row, v);
		return;
	}
	real = ((const double *)chunk)[at];
	if (isnan(real)) {
		column_get_any(c, a, row, v);
	} else if (c->form == COLUMN_INTEGER && fabs(real) <= 0x1p53 &&
		   (double)(int64_t)real == real) {
		v->type = VALUE_INTEGER;
		v->integer = (int64_t)real;
	} else {
		v->type = VALUE_REAL;
		v->real = real;
	}
}

/* Whether column_get() would give NULL, without reading a text. */
static inline bool
column_is_null(const struct column *c, const struct arena *a, uint32_t row)
{
	const void *chunk = NULL;
	uint32_t at = row & (COLUMN_CHUNK - 1);
	struct value v;

	if (row >> COLUMN_CHUNK_BITS < c->chunk_count)
		chunk = c->chunks[row >> COLUMN_CHUNK_BITS];
	if (!chunk)
		return true;
	if (c->form == COLUMN_TEXT)
		return !((const uint32_t *)chunk)[at];
	if (c->form != COLUMN_ANY && !isnan(((const double *)chunk)[at]))
		return false;
	v.type = VALUE_NULL;
	column_get_any(c, a, row, &v);
	return v.type == VALUE_NULL;
}

#endif
