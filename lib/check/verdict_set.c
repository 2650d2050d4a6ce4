/* SPDX-License-Identifier: ISC */
#include "check/verdict_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "check/column.h"
#include "check/id_order.h"
#include "check/observations.h"
#include "stream/ident.h"

enum {
	ID_MAX = 1024,
	DETAIL_MAX = 512 << 10,
	LOOK_AHEAD = 16,
};

struct verdict_set *
verdict_set_open(struct observations *o)
{
	struct verdict_set *v = mem_zero(1, sizeof *v);

	v->observations = o;
	buf_init(&v->value, DETAIL_MAX);
	buf_init(&v->detail, DETAIL_MAX);
	return v;
}

void
verdict_set_close(struct verdict_set *v)
{
	if (!v)
		return;
	free(v->rows);
	free(v->violations);
	free(v->entries);
	note_set_free(&v->notes);
	arena_free(&v->texts);
	buf_free(&v->value);
	buf_free(&v->detail);
	free(v);
}

/* Takes the rows of the kind, if its ids have an order. */
static void
start_rows(struct verdict_set *v)
{
	int id = observations_id_column(v->observations, (size_t)v->kind);

	v->order = observations_order(v->observations, (size_t)v->kind);
	if (!v->order)
		return;
	v->arena = observations_arena(v->observations);
	v->ids = observations_column(v->observations, (size_t)v->kind, (size_t)id);
	v->row_count = observations_rows(v->observations, (size_t)v->kind);
	if (v->row_count > v->row_cap) {
		v->row_cap = v->row_count;
		v->rows = mem_resize(v->rows, v->row_cap, 1);
	}
	if (v->row_count)
		memset(v->rows, 0, v->row_count);
}

void
verdict_set_start(struct verdict_set *v, int kind)
{
	v->kind = kind;
	v->order = NULL;
	v->row_count = v->next_row = 0;
	v->violation_count = 0;
	v->entry_count = 0;
	note_set_clear(&v->notes);
	memset(v->counts, 0, sizeof v->counts);
	arena_clear(&v->texts);
	buf_clear(&v->value);
	buf_clear(&v->detail);
	if (kind >= 0)
		start_rows(v);
}

struct buf *
verdict_set_values(struct verdict_set *v)
{
	return &v->value;
}

void
verdict_set_value(struct verdict_set *v)
{
	char length[8];
	size_t len = (size_t)(arena_put_length(length, v->value.len) - length);

	if (v->value.full)
		v->detail.full = true;
	buf_add(&v->detail, length, len);
	buf_add(&v->detail, v->value.data, v->value.len);
	buf_clear(&v->value);
}

static uint32_t
keep(struct verdict_set *v, const char *bytes, size_t len, bool with_length)
{
	uint32_t offset;
	char *room = arena_room(&v->texts, len + 8, &offset), *at = room;

	if (!room)
		return 0;
	if (with_length)
		at = arena_put_length(at, len);
	memcpy(at, bytes, len);
	arena_take(&v->texts, (size_t)(at - room) + len);
	return offset;
}

uint32_t
verdict_set_detail(struct verdict_set *v)
{
	uint32_t offset = v->detail.full ? 0 : keep(v, v->detail.data, v->detail.len, false);

	buf_clear(&v->detail);
	return offset;
}

uint32_t
verdict_set_note(struct verdict_set *v)
{
	uint32_t note = 0;

	if (!v->detail.full)
		note = note_set_add(&v->notes, (struct span){v->detail.data, v->detail.len});
	buf_clear(&v->detail);
	return note;
}

/* The row with this id. The text from the query is usually that of the next row. */
static uint32_t
find_row(const struct verdict_set *v, const char *id, size_t len)
{
	uint32_t end = v->next_row + LOOK_AHEAD;
	struct value own = {.type = VALUE_NULL};

	for (uint32_t row = v->next_row; row < v->row_count && row < end; row++) {
		column_get(v->ids, v->arena, row, &own);
		if (own.text.at == id && own.text.len == len)
			return row;
	}
	return observations_find(v->observations, (size_t)v->kind, id, len);
}

static int
twice(const char *id, size_t len, struct fault *f)
{
	return fault_set(f, STATUS_DATA, "store_id %.*s is returned twice", id ? (int)len : 4,
		id ? id : "null");
}

static int
add_row(struct verdict_set *v, uint32_t row, enum verdict verdict, uint32_t what, struct fault *f)
{
	struct value id = {.type = VALUE_NULL};

	if (v->rows[row]) {
		column_get(v->ids, v->arena, row, &id);
		return twice(id.text.at, id.text.len, f);
	}
	v->rows[row] = (unsigned char)(verdict + 1);
	v->next_row = row + 1;
	v->counts[verdict]++;
	if (verdict == VERDICT_UNKNOWN)
		note_set_row(&v->notes, row, v->row_count, what);
	if (verdict != VERDICT_VIOLATED)
		return 0;
	v->violations = mem_grow(
		v->violations, v->violation_count, &v->violation_cap, sizeof *v->violations);
	v->violations[v->violation_count++] = (struct verdict_violation){row, what};
	return 0;
}

int
verdict_set_add(
	struct verdict_set *v, struct span id, enum verdict verdict, uint32_t what, struct fault *f)
{
	uint32_t row = id.at && v->order ? find_row(v, id.at, id.len) : OBSERVATIONS_NO_ROW;
	struct verdict_entry *e;

	if (id.len > ID_MAX)
		return fault_set(f, STATUS_DATA, "a store_id is longer than 1024 bytes");
	if (verdict == VERDICT_UNKNOWN)
		note_set_see(&v->notes, what);
	if (row != OBSERVATIONS_NO_ROW)
		return add_row(v, row, verdict, what, f);
	if (id.at && utf8_check(id.at, id.len, utf8_is_nul) != id.len)
		return fault_set(f, STATUS_DATA, "a store_id is not UTF-8 text");
	v->entries = mem_grow(v->entries, v->entry_count, &v->entry_cap, sizeof *v->entries);
	e = &v->entries[v->entry_count];
	*e = (struct verdict_entry){.what = what, .verdict = verdict};
	if (id.at) {
		e->id = keep(v, id.at, id.len, true);
		if (!e->id)
			return fault_set(f, STATUS_DATA, "its store_ids exceed 4 GiB");
	}
	v->entry_count++;
	v->counts[verdict]++;
	return 0;
}

int
verdict_set_add_row(
	struct verdict_set *v, uint32_t row, enum verdict verdict, uint32_t what, struct fault *f)
{
	char room[32];
	struct value id;
	struct span name = {0};

	if (v->order && v->order->longest <= ID_MAX) {
		if (verdict == VERDICT_UNKNOWN)
			note_set_see(&v->notes, what);
		return add_row(v, row, verdict, what, f);
	}
	observations_id(v->observations, (size_t)v->kind, row, room, &id);
	if (id.type != VALUE_NULL)
		name = (struct span){id.text.at, id.text.len};
	return verdict_set_add(v, name, verdict, what, f);
}

struct span
verdict_set_id(const struct verdict_set *v, const struct verdict_entry *e)
{
	struct span id = {0};

	if (e->id)
		id.at = arena_get_length(arena_at(&v->texts, e->id), &id.len);
	return id;
}

int
verdict_set_compare(struct span a, struct span b)
{
	if (!a.at || !b.at)
		return (a.at != NULL) - (b.at != NULL);
	return ident_compare(a.at, a.len, b.at, b.len);
}

static int
by_id(const void *a, const void *b, void *data)
{
	return verdict_set_compare(verdict_set_id(data, a), verdict_set_id(data, b));
}

static int
by_row(const void *a, const void *b)
{
	uint32_t left = ((const struct verdict_violation *)a)->row;
	uint32_t right = ((const struct verdict_violation *)b)->row;

	return (left > right) - (left < right);
}

size_t
verdict_set_count(const struct verdict_set *v, enum verdict verdict)
{
	return v->counts[verdict];
}

int
verdict_set_finish(struct verdict_set *v, struct fault *f)
{
	struct span id;

	if (v->violation_count)
		qsort(v->violations, v->violation_count, sizeof *v->violations, by_row);
	if (v->entry_count)
		qsort_r(v->entries, v->entry_count, sizeof *v->entries, by_id, v);
	for (size_t i = 1; i < v->entry_count; i++) {
		if (by_id(&v->entries[i - 1], &v->entries[i], v) != 0)
			continue;
		id = verdict_set_id(v, &v->entries[i]);
		return twice(id.at, id.len, f);
	}
	return 0;
}
