/* SPDX-License-Identifier: ISC */
#include "check/verdict_walk.h"

#include <string.h>

#include "base/fault.h"
#include "check/column.h"
#include "check/id_order.h"
#include "check/observations.h"

/* Goes on by a row; if the order has names, by its name. */
static void
pass_row(const struct verdict_set *v, struct verdict_walk *walk)
{
	size_t len;

	walk->row_at++;
	if (!v->order->names)
		return;
	walk->name_at = arena_get_length(walk->name_at, &len);
	walk->name_at += len;
}

/* The next row of the walk's verdict; false after the last one. */
static bool
peek_row(const struct verdict_set *v, struct verdict_walk *walk, uint32_t *row)
{
	unsigned char wanted = (unsigned char)(walk->verdict + 1);
	const uint32_t *rows = v->order ? v->order->rows : NULL;
	const unsigned char *found;

	if (walk->row_at >= v->row_count)
		return false;
	if (!rows) {
		found = v->rows + walk->row_at;
		if (*found != wanted)
			found = memchr(found, wanted, v->row_count - walk->row_at);
		walk->row_at = found ? (uint32_t)(found - v->rows) : v->row_count;
		*row = walk->row_at;
		return found != NULL;
	}
	if (!walk->row_at)
		walk->name_at = v->order->names;
	for (; walk->row_at < v->row_count; pass_row(v, walk)) {
		*row = rows[walk->row_at];
		if (v->rows[*row] == wanted)
			return true;
	}
	return false;
}

/* The id of the row that peek_row() found. Ids are in order even if rows are not. */
static void
id_of_row(const struct verdict_set *v, struct verdict_walk *walk, uint32_t row, struct value *id)
{
	char *at = walk->room + sizeof walk->room;
	uint32_t number;

	id->type = VALUE_TEXT;
	if (v->order->names) {
		id->text.at = arena_get_length(walk->name_at, &id->text.len);
		return;
	}
	if (!v->order->numbers) {
		column_get(v->ids, v->arena, row, id);
		return;
	}
	number = v->order->numbers[walk->row_at];
	do
		*--at = (char)('0' + number % 10);
	while (number /= 10);
	id->text.at = at;
	id->text.len = (size_t)(walk->room + sizeof walk->room - at);
}

static const struct verdict_entry *
peek_entry(const struct verdict_set *v, struct verdict_walk *walk)
{
	for (; walk->entry_at < v->entry_count; walk->entry_at++)
		if (v->entries[walk->entry_at].verdict == walk->verdict)
			return &v->entries[walk->entry_at];
	return NULL;
}

/* The detail of a row that is violated. */
static uint32_t
detail_of(const struct verdict_set *v, uint32_t row)
{
	size_t low = 0, high = v->violation_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (v->violations[middle].row < row)
			low = middle + 1;
		else
			high = middle;
	}
	return v->violations[low].detail;
}

static bool
next_noted(const struct verdict_set *v, struct verdict_walk *walk)
{
	struct span id;

	if (!note_set_next(&v->notes, walk->note, &walk->noted_at, &id))
		return false;
	walk->id = id.at;
	walk->id_len = id.len;
	return true;
}

bool
verdict_walk_next(const struct verdict_set *v, struct verdict_walk *walk)
{
	const struct verdict_entry *e = peek_entry(v, walk);
	struct span e_id = {0};
	uint32_t row = OBSERVATIONS_NO_ROW;
	struct value id = {.type = VALUE_NULL};
	bool has_row;

	if (walk->of_note)
		return next_noted(v, walk);
	if (walk->seen == v->counts[walk->verdict])
		return false;
	walk->seen++;
	has_row = peek_row(v, walk, &row);
	if (has_row)
		id_of_row(v, walk, row, &id);
	if (e)
		e_id = verdict_set_id(v, e);
	if (has_row &&
		(!e || verdict_set_compare((struct span){id.text.at, id.text.len}, e_id) < 0)) {
		walk->id = id.text.at;
		walk->id_len = id.text.len;
		walk->row = row;
		walk->detail = walk->verdict == VERDICT_VIOLATED ? detail_of(v, row) : 0;
		walk->note = note_set_of_row(&v->notes, row);
		pass_row(v, walk);
		return true;
	}
	if (!e)
		return false;
	walk->id = e_id.at;
	walk->id_len = e_id.len;
	walk->row = OBSERVATIONS_NO_ROW;
	walk->detail = walk->note = e->what;
	if (v->kind >= 0 && !v->order && walk->verdict == VERDICT_VIOLATED)
		walk->row = observations_find(v->observations, (size_t)v->kind, e_id.at, e_id.len);
	walk->entry_at++;
	return true;
}

int
verdict_walk_list_notes(struct verdict_set *v, struct fault *f)
{
	struct verdict_walk walk = {.verdict = VERDICT_UNKNOWN};

	while (v->notes.mixed && verdict_walk_next(v, &walk))
		if (note_set_list(&v->notes, walk.note, (struct span){walk.id, walk.id_len}))
			return fault_set(f, STATUS_DATA, "its store_ids exceed 4 GiB");
	return 0;
}

uint32_t
verdict_walk_notes(const struct verdict_set *v)
{
	return v->notes.mixed ? v->notes.order_count : v->counts[VERDICT_UNKNOWN] > 0;
}

struct verdict_walk
verdict_walk_of_note(const struct verdict_set *v, uint32_t i)
{
	return (struct verdict_walk){.verdict = VERDICT_UNKNOWN,
		.of_note = v->notes.mixed,
		.note = v->notes.mixed ? v->notes.order[i] : v->notes.only};
}

const char *
verdict_walk_note(const struct verdict_set *v, uint32_t note, const char **at, size_t *len)
{
	const char *value = arena_get_length(*at ? *at : note_set_text(&v->notes, note).at, len);

	*at = value + *len;
	return value;
}

const char *
verdict_walk_detail(const struct verdict_set *v, uint32_t detail, const char **at, size_t *len)
{
	const char *value = arena_get_length(*at ? *at : arena_at(&v->texts, detail), len);

	*at = value + *len;
	return value;
}

size_t
verdict_walk_note_size(const struct verdict_set *v, uint32_t note)
{
	return note ? note_set_text(&v->notes, note).len + 32 : 0;
}
