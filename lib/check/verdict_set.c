/* SPDX-License-Identifier: ISC */
#include "check/verdict_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/utf8.h"
#include "check/column.h"
#include "check/id_order.h"
#include "check/note_set.h"
#include "check/observations.h"
#include "stream/ident.h"

enum {
	ID_MAX = 1024,
	DETAIL_MAX = 512 << 10,
	LOOK_AHEAD = 16,
};

/*
 * Most verdicts are about an observation of the kind, and come in the order
 * of its rows: those take a byte each, by row. Ids of nobody, null, and all
 * ids of a kind without an order of its rows are entries instead.
 */
struct entry {
	uint32_t id;   /* in texts, behind its length; 0: null */
	uint32_t what; /* a detail, in texts: values, each behind its length; or a note */
	enum verdict verdict;
};

struct violation {
	uint32_t row;
	uint32_t detail;
};

struct verdict_set {
	struct observations *observations;
	const struct arena *arena; /* of the observations */
	int kind;
	const struct id_order *order; /* NULL: entries alone */
	const struct column *ids;
	unsigned char *rows; /* by row: 0, or its verdict plus 1 */
	uint32_t row_count, row_cap;
	uint32_t next_row; /* where the next id is looked for first */
	struct violation *violations;
	size_t violation_count, violation_cap;
	struct entry *entries;
	size_t entry_count, entry_cap;
	struct note_set notes;
	size_t counts[VERDICTS];
	struct arena texts;
	struct buf value; /* of the detail that is being made */
	struct buf detail;
	char why[ID_MAX + 128];
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

/* Takes the rows of the kind, where its ids have an order. */
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

	if (v->value.full)
		v->detail.full = true;
	buf_add(&v->detail, length, (size_t)(arena_put_length(length, v->value.len) - length));
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

/* The row whose id this is. The text handed out by the query is mostly that of the next row. */
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

static const char *
twice(struct verdict_set *v, const char *id, size_t len)
{
	text_format(v->why, sizeof v->why, "store_id %.*s is returned twice", id ? (int)len : 4,
		id ? id : "null");
	return v->why;
}

static const char *
add_row(struct verdict_set *v, uint32_t row, enum verdict verdict, uint32_t what)
{
	struct value id = {.type = VALUE_NULL};

	if (v->rows[row]) {
		column_get(v->ids, v->arena, row, &id);
		return twice(v, id.text.at, id.text.len);
	}
	v->rows[row] = (unsigned char)(verdict + 1);
	v->next_row = row + 1;
	v->counts[verdict]++;
	if (verdict == VERDICT_UNKNOWN)
		note_set_row(&v->notes, row, v->row_count, what);
	if (verdict != VERDICT_VIOLATED)
		return NULL;
	if (v->violation_count == v->violation_cap) {
		v->violation_cap = v->violation_cap ? v->violation_cap + v->violation_cap / 2 : 64;
		v->violations = mem_resize(v->violations, v->violation_cap, sizeof *v->violations);
	}
	v->violations[v->violation_count++] = (struct violation){row, what};
	return NULL;
}

static bool
is_text(const char *s, size_t len)
{
	uint32_t code;

	for (size_t i = 0, n; i < len; i += n) {
		n = utf8_decode(s + i, len - i, &code);
		if (!n || !code)
			return false;
	}
	return true;
}

const char *
verdict_set_add(
	struct verdict_set *v, const char *id, size_t len, enum verdict verdict, uint32_t what)
{
	uint32_t row = id && v->order ? find_row(v, id, len) : OBSERVATIONS_NO_ROW;
	struct entry *e;

	if (len > ID_MAX)
		return "a store_id is longer than 1024 bytes";
	if (verdict == VERDICT_UNKNOWN)
		note_set_see(&v->notes, what);
	if (row != OBSERVATIONS_NO_ROW)
		return add_row(v, row, verdict, what);
	if (id && !is_text(id, len))
		return "a store_id is no UTF-8 text";
	if (v->entry_count == v->entry_cap) {
		v->entry_cap = v->entry_cap ? v->entry_cap + v->entry_cap / 2 : 64;
		v->entries = mem_resize(v->entries, v->entry_cap, sizeof *v->entries);
	}
	e = &v->entries[v->entry_count];
	*e = (struct entry){.what = what, .verdict = verdict};
	if (id) {
		e->id = keep(v, id, len, true);
		if (!e->id)
			return "its store_ids pass 4 GiB";
	}
	v->entry_count++;
	v->counts[verdict]++;
	return NULL;
}

static const char *
id_of(const struct verdict_set *v, const struct entry *e, size_t *len)
{
	return e->id ? arena_get_length(arena_at(&v->texts, e->id), len) : NULL;
}

static int
compare_ids(const char *a, size_t a_len, const char *b, size_t b_len)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	return ident_compare(a, a_len, b, b_len);
}

static int
by_id(const void *a, const void *b, void *data)
{
	size_t a_len = 0, b_len = 0;
	const char *a_id = id_of(data, a, &a_len);
	const char *b_id = id_of(data, b, &b_len);

	return compare_ids(a_id, a_len, b_id, b_len);
}

static int
by_row(const void *a, const void *b)
{
	uint32_t left = ((const struct violation *)a)->row;
	uint32_t right = ((const struct violation *)b)->row;

	return (left > right) - (left < right);
}

size_t
verdict_set_count(const struct verdict_set *v, enum verdict verdict)
{
	return v->counts[verdict];
}

/* Goes on by a row; where the order has names, by its name. */
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

/* The next row of the walk's verdict; false behind the last one. */
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

/* The id of the row that peek_row() found: where rows lie out of order, their ids do not. */
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

static const struct entry *
peek_entry(const struct verdict_set *v, struct verdict_walk *walk)
{
	for (; walk->entry_at < v->entry_count; walk->entry_at++)
		if (v->entries[walk->entry_at].verdict == walk->verdict)
			return &v->entries[walk->entry_at];
	return NULL;
}

static uint32_t
detail_of(const struct verdict_set *v, uint32_t row)
{
	struct violation key = {.row = row};
	const struct violation *found;

	found = bsearch(&key, v->violations, v->violation_count, sizeof key, by_row);
	return found ? found->detail : 0;
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
verdict_set_next(const struct verdict_set *v, struct verdict_walk *walk)
{
	const struct entry *e = peek_entry(v, walk);
	const char *e_id = NULL;
	size_t e_len = 0;
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
		e_id = id_of(v, e, &e_len);
	if (has_row && (!e || compare_ids(id.text.at, id.text.len, e_id, e_len) < 0)) {
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
	walk->id = e_id;
	walk->id_len = e_len;
	walk->row = OBSERVATIONS_NO_ROW;
	walk->detail = walk->note = e->what;
	if (v->kind >= 0 && !v->order && walk->verdict == VERDICT_VIOLATED)
		walk->row = observations_find(v->observations, (size_t)v->kind, e_id, e_len);
	walk->entry_at++;
	return true;
}

/* Where what is unknown bears different notes, each of them lists its ids. */
static const char *
list_notes(struct verdict_set *v)
{
	struct verdict_walk walk = {.verdict = VERDICT_UNKNOWN};

	while (v->notes.mixed && verdict_set_next(v, &walk))
		if (note_set_list(&v->notes, walk.note, (struct span){walk.id, walk.id_len}))
			return "its store_ids pass 4 GiB";
	return NULL;
}

const char *
verdict_set_finish(struct verdict_set *v)
{
	const char *id;
	size_t len = 0;

	if (v->violation_count)
		qsort(v->violations, v->violation_count, sizeof *v->violations, by_row);
	if (v->entry_count)
		qsort_r(v->entries, v->entry_count, sizeof *v->entries, by_id, v);
	for (size_t i = 1; i < v->entry_count; i++) {
		if (by_id(&v->entries[i - 1], &v->entries[i], v) != 0)
			continue;
		id = id_of(v, &v->entries[i], &len);
		return twice(v, id, len);
	}
	return list_notes(v);
}

uint32_t
verdict_set_notes(const struct verdict_set *v)
{
	return v->notes.mixed ? v->notes.order_count : v->counts[VERDICT_UNKNOWN] > 0;
}

struct verdict_walk
verdict_set_note_walk(const struct verdict_set *v, uint32_t i)
{
	return (struct verdict_walk){.verdict = VERDICT_UNKNOWN,
		.of_note = v->notes.mixed,
		.note = v->notes.mixed ? v->notes.order[i] : v->notes.only};
}

const char *
verdict_set_note_next(const struct verdict_set *v, uint32_t note, const char **at, size_t *len)
{
	const char *value = arena_get_length(*at ? *at : note_set_text(&v->notes, note).at, len);

	*at = value + *len;
	return value;
}

const char *
verdict_set_detail_next(const struct verdict_set *v, uint32_t detail, const char **at, size_t *len)
{
	const char *value = arena_get_length(*at ? *at : arena_at(&v->texts, detail), len);

	*at = value + *len;
	return value;
}
