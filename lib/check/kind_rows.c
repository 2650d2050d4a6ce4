/* SPDX-License-Identifier: ISC */
#include "check/kind_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "check/schema.h"

void
kind_rows_init(struct kind_rows *k, const struct schema_kind *schema, const struct json_read *json)
{
	size_t size = 4;

	*k = (struct kind_rows){.name = schema->name,
		.name_len = strlen(schema->name),
		.count = schema->count,
		.id = -1};
	column_init(&k->records, COLUMN_TEXT);
	k->columns = mem_zero(k->count, sizeof *k->columns);
	while (size < 2 * k->count)
		size *= 2;
	k->mask = (uint32_t)size - 1;
	k->slots = mem_zero(size, sizeof *k->slots);
	for (size_t i = 0; i < k->count; i++) {
		const struct schema_column *column = &schema->columns[i];
		uint32_t slot;

		column_init(&k->columns[i].values, column_form(column->type));
		if (!strcmp(column->name, "id"))
			k->id = (int)i;
		if (!column->wanted && k->id != (int)i)
			continue;
		k->columns[i].name = column->name;
		k->columns[i].hash = json_read_hash(json, column->name, strlen(column->name));
		slot = k->columns[i].hash & k->mask;
		while (k->slots[slot])
			slot = (slot + 1) & k->mask;
		k->slots[slot] = (uint16_t)(i + 1);
	}
}

void
kind_rows_clear(struct kind_rows *k)
{
	column_clear(&k->records);
	id_order_clear(&k->order);
	for (size_t i = 0; i < k->count; i++) {
		column_clear(&k->columns[i].values);
		column_index_clear(&k->columns[i].lookup);
	}
	k->rows = 0;
	k->shape = NULL;
}

void
kind_rows_free(struct kind_rows *k)
{
	kind_rows_clear(k);
	free(k->columns);
	free(k->slots);
}

int
kind_rows_column(const struct kind_rows *k, const struct json_text *key)
{
	uint32_t slot = key->hash & k->mask;

	for (; k->slots[slot]; slot = (slot + 1) & k->mask) {
		const struct kind_rows_column *c = &k->columns[k->slots[slot] - 1];

		if (c->hash == key->hash && json_text_is(key, c->name))
			return k->slots[slot] - 1;
	}
	return -1;
}

/* A decoded copy of a text in the arena; 0 if that is full. */
static uint32_t
decoded(const struct json_text *t, struct arena *a)
{
	uint32_t offset;
	char *room = arena_room(a, 2 * t->len + 8, &offset);
	size_t len;
	char *end;

	if (!room)
		return 0;
	/* the length comes first, but is known last */
	len = json_text_decode(t, room + t->len + 8);
	end = arena_put_length(room, len);
	memmove(end, room + t->len + 8, len);
	arena_take(a, (size_t)(end - room) + len);
	return offset;
}

static void
set_number(struct column *c, uint32_t row, const char *text, size_t len)
{
	int64_t integer;
	double real;

	if (c->form != COLUMN_REAL && !number_i64(text, len, INT64_MIN, INT64_MAX, &integer)) {
		column_set_integer(c, row, integer);
	} else if (!number_double(text, len, &real)) {
		/* an INTEGER column converts 1e18 to an integer, too */
		if (c->form == COLUMN_INTEGER && fabs(real) < 0x1p63 && trunc(real) == real)
			column_set_integer(c, row, (int64_t)real);
		else
			column_set_real(c, row, real);
	}
}

int
kind_rows_set(struct kind_rows *k, int column, enum json_token token, const struct json_text *t,
	uint32_t at, struct arena *a)
{
	struct column *c = &k->columns[column].values;
	bool texts = c->form == COLUMN_TEXT;

	switch (token) {
	case JSON_NULL:
		return 0;
	case JSON_STRING:
		if (texts || c->form == COLUMN_ANY) {
			at = t->escaped ? decoded(t, a) : at;
			if (!at)
				return -1;
			column_set_text(c, k->rows, at);
		} else if (!t->escaped) {
			/* a text that is not a number is not a measurement: NULL */
			set_number(c, k->rows, t->at, t->len);
		}
		return 0;
	case JSON_NUMBER:
		if (!texts)
			set_number(c, k->rows, t->at, t->len);
		else
			column_set_text(c, k->rows, at);
		return 0;
	case JSON_TRUE:
	case JSON_FALSE:
		if (!texts)
			column_set_integer(c, k->rows, token == JSON_TRUE);
		else
			column_set_text(c, k->rows, at);
		return 0;
	default:
		if (texts || c->form == COLUMN_ANY)
			column_set_text(c, k->rows, at);
		return 0;
	}
}
