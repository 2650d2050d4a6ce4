/* SPDX-License-Identifier: ISC */
#include "check/column.h"

#include <assert.h>
#include <stdlib.h>
#include <strings.h>

#include "base/mem.h"

struct any_chunk {
	uint64_t bits[COLUMN_CHUNK];
	unsigned char type[COLUMN_CHUNK];
};

/* A quiet NaN whose payload is 0 for NULL, else 1 + an index of wide. */
static const uint64_t null_bits = 0x7ff8000000000000;

static bool
holds(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (; *text; text++)
		if (!strncasecmp(text, word, len))
			return true;
	return false;
}

/* https://www.sqlite.org/datatype3.html, section 3.1 */
enum column_form
column_form(const char *type)
{
	if (holds(type, "INT"))
		return COLUMN_INTEGER;
	if (holds(type, "CHAR") || holds(type, "CLOB") || holds(type, "TEXT"))
		return COLUMN_TEXT;
	if (holds(type, "BLOB"))
		return COLUMN_ANY;
	if (holds(type, "REAL") || holds(type, "FLOA") || holds(type, "DOUB"))
		return COLUMN_REAL;
	return COLUMN_ANY;
}

bool
column_is_numeric(const char *type)
{
	return *type && !holds(type, "BLOB") && column_form(type) == COLUMN_ANY;
}

void
column_init(struct column *c, enum column_form form)
{
	*c = (struct column){.form = form};
}

void
column_clear(struct column *c)
{
	for (size_t i = 0; i < c->chunk_count; i++)
		free(c->chunks[i]);
	free(c->chunks);
	free(c->wide);
	column_init(c, c->form);
}

static void *
fresh_chunk(enum column_form form)
{
	uint64_t *bits;

	if (form == COLUMN_TEXT)
		return mem_zero(COLUMN_CHUNK, sizeof(uint32_t));
	if (form == COLUMN_ANY)
		return mem_zero(1, sizeof(struct any_chunk));
	bits = mem_array(COLUMN_CHUNK, sizeof *bits);
	for (size_t i = 0; i < COLUMN_CHUNK; i++)
		bits[i] = null_bits;
	return bits;
}

static void *
chunk_for(struct column *c, uint32_t row)
{
	size_t i = row >> COLUMN_CHUNK_BITS;

	if (i >= c->chunk_count) {
		size_t count = i + 1 + i / 2;

		c->chunks = mem_resize(c->chunks, count, sizeof *c->chunks);
		memset(c->chunks + c->chunk_count, 0, (count - c->chunk_count) * sizeof *c->chunks);
		c->chunk_count = count;
	}
	if (!c->chunks[i])
		c->chunks[i] = fresh_chunk(c->form);
	return c->chunks[i];
}

static void
set_any(struct column *c, uint32_t row, enum value_type type, uint64_t bits)
{
	struct any_chunk *chunk = chunk_for(c, row);

	chunk->bits[row & (COLUMN_CHUNK - 1)] = bits;
	chunk->type[row & (COLUMN_CHUNK - 1)] = (unsigned char)type;
}

void
column_set_text(struct column *c, uint32_t row, uint32_t text)
{
	if (c->form == COLUMN_ANY) {
		set_any(c, row, VALUE_TEXT, text);
		return;
	}
	assert(c->form == COLUMN_TEXT);
	((uint32_t *)chunk_for(c, row))[row & (COLUMN_CHUNK - 1)] = text;
}

void
column_set_real(struct column *c, uint32_t row, double value)
{
	uint64_t bits;

	assert(c->form != COLUMN_TEXT && !isnan(value));
	if (c->form == COLUMN_ANY) {
		memcpy(&bits, &value, sizeof bits);
		set_any(c, row, VALUE_REAL, bits);
		return;
	}
	((double *)chunk_for(c, row))[row & (COLUMN_CHUNK - 1)] = value;
}

static uint64_t
add_wide(struct column *c, int64_t value)
{
	c->wide = mem_grow(c->wide, c->wide_count, &c->wide_cap, sizeof *c->wide);
	c->wide[c->wide_count++] = value;
	return null_bits | c->wide_count;
}

void
column_set_integer(struct column *c, uint32_t row, int64_t value)
{
	bool exact = value >= -((int64_t)1 << 53) && value <= (int64_t)1 << 53;
	uint64_t bits;

	if (c->form == COLUMN_ANY) {
		set_any(c, row, VALUE_INTEGER, (uint64_t)value);
	} else if (c->form == COLUMN_REAL || exact) {
		column_set_real(c, row, (double)value);
	} else {
		bits = add_wide(c, value);
		memcpy((double *)chunk_for(c, row) + (row & (COLUMN_CHUNK - 1)), &bits,
			sizeof bits);
	}
}

static void
get_wide(const struct column *c, const void *chunk, uint32_t at, struct value *v)
{
	uint64_t bits;

	memcpy(&bits, (const double *)chunk + at, sizeof bits);
	bits &= UINT32_MAX;
	v->type = bits ? VALUE_INTEGER : VALUE_NULL;
	v->integer = bits ? c->wide[bits - 1] : 0;
}

void
column_get_any(const struct column *c, const struct arena *a, uint32_t row, struct value *v)
{
	const struct any_chunk *chunk = c->chunks[row >> COLUMN_CHUNK_BITS];
	uint32_t at = row & (COLUMN_CHUNK - 1);

	if (c->form != COLUMN_ANY) {
		get_wide(c, chunk, at, v);
		return;
	}
	v->type = chunk->type[at];
	if (v->type == VALUE_TEXT)
		column_text_at(a, (uint32_t)chunk->bits[at], v);
	else if (v->type == VALUE_REAL)
		memcpy(&v->real, &chunk->bits[at], sizeof v->real);
	else
		v->integer = (int64_t)chunk->bits[at];
}
