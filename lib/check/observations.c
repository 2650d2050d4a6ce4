/* SPDX-License-Identifier: ISC */
#include "check/observations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/span.h"
#include "check/column_index.h"
#include "check/completeness.h"
#include "check/kind_rows.h"
#include "check/record_fast.h"
#include "check/record_shape.h"
#include "check/schema.h"

enum { ROWS_MAX = 1 << 27 };

/* A field of the record that is being read. */
struct field {
	struct record_shape_field shape;
	enum json_token token;
	struct json_text value; /* as written; a text without its quotes */
	uint32_t at;		/* its address in the arena, after its length */
};

struct observations {
	const struct schema *schema;
	struct json_read *json;
	struct arena arena;
	struct record_shapes *shapes;
	struct completeness completeness;
	struct kind_rows *kinds;
	size_t records;
	struct field *fields; /* of one record */
	struct record_shape_field *shape_fields;
	size_t field_cap, shape_field_cap;
};

struct observations *
observations_open(const struct schema *schema)
{
	struct observations *o = mem_zero(1, sizeof *o);

	o->schema = schema;
	o->json = json_read_open();
	o->shapes = record_shapes_open();
	completeness_init(&o->completeness, schema);
	o->kinds = mem_zero(schema->count, sizeof *o->kinds);
	for (size_t i = 0; i < schema->count; i++)
		kind_rows_init(&o->kinds[i], &schema->kinds[i], o->json);
	return o;
}

void
observations_close(struct observations *o)
{
	if (!o)
		return;
	for (size_t i = 0; i < o->schema->count; i++)
		kind_rows_free(&o->kinds[i]);
	free(o->kinds);
	completeness_free(&o->completeness);
	record_shapes_close(o->shapes);
	arena_free(&o->arena);
	json_read_close(o->json);
	free(o->fields);
	free(o->shape_fields);
	free(o);
}

void
observations_clear(struct observations *o)
{
	for (size_t i = 0; i < o->schema->count; i++)
		kind_rows_clear(&o->kinds[i]);
	completeness_clear(&o->completeness);
	record_shapes_tidy(o->shapes);
	arena_clear(&o->arena);
	o->records = 0;
}

static struct field *
fresh_field(struct observations *o, size_t count)
{
	o->fields = mem_grow(o->fields, count, &o->field_cap, sizeof *o->fields);
	o->shape_fields = mem_grow(
		o->shape_fields, count, &o->shape_field_cap, sizeof *o->shape_fields);
	return &o->fields[count];
}

/* Reads the record's fields. Returns their number, or -1 with json_read_error(). */
static ptrdiff_t
read_fields(struct observations *o, const struct kind_rows *k, const char *line, size_t len)
{
	struct json_read *j = o->json;
	size_t count = 0;
	int more;

	json_read_start(j, line, len);
	if (json_read_enter(j, JSON_OBJECT))
		return -1;
	for (;; count++) {
		struct field *f = fresh_field(o, count);

		more = json_read_member(j, &f->shape.key);
		if (more <= 0)
			break;
		f->token = json_read_next(j, &f->value);
		if (f->token == JSON_OBJECT || f->token == JSON_ARRAY)
			f->value.at = line + json_read_offset(j) - 1;
		if (json_read_finish(j, f->token))
			return -1;
		if (f->token == JSON_OBJECT || f->token == JSON_ARRAY)
			f->value.len = (size_t)(line + json_read_offset(j) - f->value.at);
		f->shape.is_text = f->token == JSON_STRING;
		f->shape.column = kind_rows_column(k, &f->shape.key);
		o->shape_fields[count] = f->shape;
	}
	return more < 0 || json_read_end(j) ? -1 : (ptrdiff_t)count;
}

/* Lengths take at most three bytes, where quotes, colon and comma took four of the line. */
static int
keep_record(struct observations *o, const struct record_shape *shape, size_t count, size_t len,
	uint32_t *record)
{
	char *room = arena_room(&o->arena, len + 16, record);
	char *at = room;

	if (!room)
		return -1;
	at = arena_put_length(at, shape->number);
	for (size_t i = 0; i < count; i++) {
		struct field *f = &o->fields[i];

		f->at = *record + (uint32_t)(at - room);
		at = arena_put_length(at, f->value.len);
		memcpy(at, f->value.at, f->value.len);
		at += f->value.len;
	}
	arena_take(&o->arena, (size_t)(at - room));
	return 0;
}

static int
keep_text(struct observations *o, const char *text, size_t len, bool is_line, uint32_t *offset)
{
	char *room = arena_room(&o->arena, len + 16, offset);
	char *at = room;

	if (!room)
		return -1;
	if (is_line)
		at = arena_put_length(at, 0); /* the number for no shape */
	at = arena_put_length(at, len);
	memcpy(at, text, len);
	arena_take(&o->arena, (size_t)(at - room) + len);
	return 0;
}

/* Stores a record with unusual keys: its line, and copies of the values that are read. */
static int
keep_line(struct observations *o, size_t count, const char *line, size_t len, uint32_t *record)
{
	int result = keep_text(o, line, len, true, record);

	for (size_t i = 0; i < count && !result; i++) {
		struct field *f = &o->fields[i];

		if (f->shape.column >= 0)
			result = keep_text(o, f->value.at, f->value.len, false, &f->at);
	}
	return result;
}

/* Reads a record with lib/base/json_read, whatever it looks like. */
static int
read_record(struct observations *o, struct kind_rows *k, struct span line, uint32_t *record,
	struct fault *f)
{
	ptrdiff_t count = read_fields(o, k, line.at, line.len);
	int result;

	if (count < 0)
		return fault_set(f, STATUS_DATA, "%s", json_read_error(o->json));
	k->shape = record_shapes_get(
		o->shapes, (uint32_t)(k - o->kinds), o->shape_fields, (size_t)count);
	if (k->shape)
		result = keep_record(o, k->shape, (size_t)count, line.len, record);
	else
		result = keep_line(o, (size_t)count, line.at, line.len, record);
	for (ptrdiff_t i = 0; i < count && !result; i++) {
		const struct field *field = &o->fields[i];

		if (field->shape.column >= 0)
			result = kind_rows_set(k, field->shape.column, field->token, &field->value,
				field->at, &o->arena);
	}
	return result ? fault_set(f, STATUS_DATA, "the texts of the cycle exceed 4 GiB") : 0;
}

static int
add_row(struct observations *o, struct kind_rows *k, struct span line, struct fault *f)
{
	uint32_t record = 0;

	if (k->rows == ROWS_MAX)
		return fault_set(f, STATUS_DATA, "the cycle holds too many observations");
	if ((!k->shape || !record_fast_read(
				  k, k->shape, &o->arena, o->json, line.at, line.len, &record)) &&
		read_record(o, k, line, &record, f))
		return -1;
	column_set_text(&k->records, k->rows, record);
	k->rows++;
	return 0;
}

/* kind is without escapes. */
static struct kind_rows *
find_kind(struct observations *o, const struct json_text *kind)
{
	for (size_t i = 0; i < o->schema->count; i++)
		if (kind->len == o->kinds[i].name_len &&
			!memcmp(kind->at, o->kinds[i].name, kind->len))
			return &o->kinds[i];
	return NULL;
}

int
observations_add(
	struct observations *o, const struct json_text *kind, struct span line, struct fault *f)
{
	struct kind_rows *k = find_kind(o, kind);

	o->records++;
	if (k) {
		if (add_row(o, k, line, f))
			return -1;
	} else {
		json_read_start(o->json, line.at, line.len);
		if (json_read_skip(o->json) || json_read_end(o->json))
			return fault_set(f, STATUS_DATA, "%s", json_read_error(o->json));
	}
	if (kind->len == 6 && !memcmp(kind->at, "source", 6))
		return completeness_add(&o->completeness, o->json, line, f);
	return 0;
}

size_t
observations_count(const struct observations *o)
{
	return o->records;
}

int
observations_complete(const struct observations *o, size_t kind, struct fault *f)
{
	return completeness_check(&o->completeness, kind, o->kinds[kind].rows > 0, f);
}

const char *
observations_error(const struct observations *o, size_t kind)
{
	return completeness_error(&o->completeness, kind);
}

uint32_t
observations_rows(const struct observations *o, size_t kind)
{
	return o->kinds[kind].rows;
}

const struct arena *
observations_arena(const struct observations *o)
{
	return &o->arena;
}

const struct column *
observations_column(const struct observations *o, size_t kind, size_t column)
{
	const struct kind_rows_column *c = &o->kinds[kind].columns[column];

	return c->name ? &c->values : NULL;
}

int
observations_id_column(const struct observations *o, size_t kind)
{
	return o->kinds[kind].id;
}

struct column_index *
observations_index(struct observations *o, size_t kind, size_t column)
{
	struct kind_rows *k = &o->kinds[kind];

	column_index_build(
		&k->columns[column].lookup, &k->columns[column].values, &o->arena, k->rows);
	return &k->columns[column].lookup;
}

const struct id_order *
observations_order(struct observations *o, size_t kind)
{
	struct kind_rows *k = &o->kinds[kind];

	if (k->id < 0 || k->columns[k->id].values.form != COLUMN_TEXT)
		return NULL;
	id_order_build(&k->order, &k->columns[k->id].values, &o->arena, k->rows);
	return k->order.usable ? &k->order : NULL;
}

void
observations_id(
	const struct observations *o, size_t kind, uint32_t row, char room[32], struct value *id)
{
	const struct kind_rows *k = &o->kinds[kind];

	id->type = VALUE_NULL;
	if (k->id >= 0)
		column_get(&k->columns[k->id].values, &o->arena, row, id);
	if (id->type == VALUE_NULL || id->type == VALUE_TEXT)
		return;
	if (id->type == VALUE_INTEGER)
		id->text.len = (size_t)snprintf(room, 32, "%lld", (long long)id->integer);
	else
		id->text.len = number_format(room, id->real);
	id->text.at = room;
	id->type = VALUE_TEXT;
}

static bool
has_id(const struct observations *o, size_t kind, uint32_t row, const char *id, size_t len)
{
	struct value v;
	char room[32];

	observations_id(o, kind, row, room, &v);
	if (!id || v.type == VALUE_NULL)
		return !id && v.type == VALUE_NULL;
	return v.text.len == len && memcmp(v.text.at, id, len) == 0;
}

static uint32_t
find_value(struct observations *o, size_t kind, const struct value *v, const char *id, size_t len)
{
	const struct column_index *lookup = observations_index(o, kind, (size_t)o->kinds[kind].id);
	uint32_t row = column_index_first(lookup, v);

	while (row != COLUMN_INDEX_NONE && !has_id(o, kind, row, id, len))
		row = column_index_next(lookup, row);
	return row == COLUMN_INDEX_NONE ? OBSERVATIONS_NO_ROW : row;
}

uint32_t
observations_find(struct observations *o, size_t kind, const char *id, size_t len)
{
	struct value v = {.type = VALUE_TEXT, .text = {id, len}};
	uint32_t row;

	if (id && o->kinds[kind].id >= 0) {
		row = find_value(o, kind, &v, id, len);
		if (row != OBSERVATIONS_NO_ROW || number_double(id, len, &v.real))
			return row;
		v.type = VALUE_REAL; /* integers too are looked up by their doubles */
		return find_value(o, kind, &v, id, len);
	}
	for (row = 0; row < o->kinds[kind].rows; row++)
		if (has_id(o, kind, row, id, len))
			return row;
	return OBSERVATIONS_NO_ROW;
}

const char *
observations_record(
	const struct observations *o, size_t kind, uint32_t row, const struct record_shape **shape)
{
	struct value record = {0};
	const char *at;
	size_t number;

	column_get(&o->kinds[kind].records, &o->arena, row, &record);
	/* this is the number of a shape, read as if it were a length */
	number = record.text.len;
	at = record.text.at;
	*shape = number ? record_shapes_at(o->shapes, number) : NULL;
	return at;
}
