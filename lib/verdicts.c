/* SPDX-License-Identifier: ISC */
#include "verdicts.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "cycle.h"
#include "ident.h"
#include "invariant.h"
#include "mem.h"
#include "observations.h"
#include "snapshot.h"
#include "utf8.h"

enum {
	ID_MAX = 1024,
	DETAIL_MAX = 512 << 10,
	LIST_IDS_MAX = 1000,
	LIST_BYTES_MAX = 64 << 10,
};

struct entry {
	uint32_t id;	 /* in texts, behind its length; 0: null */
	uint32_t detail; /* in texts: values, each behind its length */
	enum verdict verdict;
};

struct verdicts {
	struct observations *observations;
	struct snapshot *snapshot;
	const struct invariant *invariant;
	int kind;
	const char *const *columns;
	size_t column_count;
	struct arena texts;
	struct entry *entries;
	size_t count, cap;
	size_t count_of[3];
	struct buf values; /* of the detail that is being made */
	struct buf detail;
	char why[ID_MAX + 128];
};

struct verdicts *
verdicts_open(struct observations *o)
{
	struct verdicts *v = mem_zero(1, sizeof *v);

	v->observations = o;
	v->snapshot = snapshot_open(o);
	buf_init(&v->values, DETAIL_MAX);
	buf_init(&v->detail, DETAIL_MAX);
	return v;
}

void
verdicts_close(struct verdicts *v)
{
	if (!v)
		return;
	snapshot_close(v->snapshot);
	arena_free(&v->texts);
	free(v->entries);
	buf_free(&v->values);
	buf_free(&v->detail);
	free(v);
}

void
verdicts_start(struct verdicts *v, const struct invariant *invariant, int kind,
	const char *const *columns, size_t column_count)
{
	v->invariant = invariant;
	v->kind = kind;
	v->columns = columns;
	v->column_count = column_count;
	v->count = 0;
	memset(v->count_of, 0, sizeof v->count_of);
	arena_clear(&v->texts);
	buf_clear(&v->values);
	buf_clear(&v->detail);
}

struct buf *
verdicts_values(struct verdicts *v)
{
	return &v->values;
}

void
verdicts_value(struct verdicts *v)
{
	char length[8];

	if (v->values.full)
		v->detail.full = true;
	(void)buf_add(
		&v->detail, length, (size_t)(arena_put_length(length, v->values.len) - length));
	(void)buf_add(&v->detail, v->values.data, v->values.len);
	buf_clear(&v->values);
}

static uint32_t
keep(struct verdicts *v, const char *bytes, size_t len, bool with_length)
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
verdicts_detail(struct verdicts *v)
{
	uint32_t offset = v->detail.full ? 0 : keep(v, v->detail.data, v->detail.len, false);

	buf_clear(&v->detail);
	return offset;
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
verdicts_add(struct verdicts *v, const char *id, size_t len, enum verdict verdict, uint32_t detail)
{
	struct entry *e;

	if (id && len > ID_MAX)
		return "a store_id is longer than 1024 bytes";
	if (id && !is_text(id, len))
		return "a store_id is no UTF-8 text";
	if (v->count == v->cap) {
		v->cap = v->cap ? v->cap + v->cap / 2 : 64;
		v->entries = mem_resize(v->entries, v->cap, sizeof *v->entries);
	}
	e = &v->entries[v->count];
	*e = (struct entry){.detail = detail, .verdict = verdict};
	if (id) {
		e->id = keep(v, id, len, true);
		if (!e->id)
			return "its store_ids pass 4 GiB";
	}
	v->count++;
	v->count_of[verdict]++;
	return NULL;
}

static const char *
id_of(const struct verdicts *v, const struct entry *e, size_t *len)
{
	return e->id ? arena_get_length(arena_at(&v->texts, e->id), len) : NULL;
}

static int
by_id(const void *a, const void *b, void *data)
{
	size_t a_len = 0, b_len = 0;
	const char *a_id = id_of(data, a, &a_len);
	const char *b_id = id_of(data, b, &b_len);

	if (!a_id || !b_id)
		return (a_id != NULL) - (b_id != NULL);
	return ident_compare(a_id, a_len, b_id, b_len);
}

const char *
verdicts_finish(struct verdicts *v)
{
	const char *id;
	size_t len = 0;

	if (v->count)
		qsort_r(v->entries, v->count, sizeof *v->entries, by_id, v);
	for (size_t i = 1; i < v->count; i++) {
		if (by_id(&v->entries[i - 1], &v->entries[i], v) != 0)
			continue;
		id = id_of(v, &v->entries[i], &len);
		(void)snprintf(v->why, sizeof v->why, "store_id %.*s is returned twice",
			id ? (int)len : 4, id ? id : "null");
		return v->why;
	}
	return NULL;
}

static void
write_seconds(struct jsonw *w, const char *key, int64_t ms)
{
	jsonw_key(w, key);
	if (ms % 1000)
		jsonw_double(w, (double)ms / 1000);
	else
		jsonw_i64(w, ms / 1000);
}

static void
write_id(struct verdicts *v, const struct entry *e, struct jsonw *w)
{
	size_t len = 0;
	const char *id = id_of(v, e, &len);

	if (id)
		jsonw_string_n(w, id, len);
	else
		jsonw_null(w);
}

static void
write_snapshot(struct verdicts *v, const struct entry *e, const char *values, struct jsonw *w)
{
	size_t len = 0;
	const char *id = id_of(v, e, &len);
	uint32_t row = OBSERVATIONS_NO_ROW;

	if (v->kind >= 0)
		row = observations_find(v->observations, (size_t)v->kind, id, len);
	jsonw_key(w, "metric_snapshot");
	jsonw_object(w);
	if (row != OBSERVATIONS_NO_ROW)
		snapshot_write(v->snapshot, (size_t)v->kind, row, v->columns, v->column_count, w);
	for (size_t i = 0; i < v->column_count; i++) {
		values = arena_get_length(values, &len);
		jsonw_key(w, v->columns[i]);
		jsonw_raw(w, values, len);
		values += len;
	}
	jsonw_object_end(w);
}

static int
write_violation(struct verdicts *v, const struct entry *e, struct cycle_writer *out)
{
	const struct invariant *i = v->invariant;
	const char *values = arena_at(&v->texts, e->detail);
	struct jsonw *w = cycle_record(out, "violation");
	size_t len;

	jsonw_key(w, "invariant_name");
	jsonw_string(w, i->name);
	jsonw_key(w, "store_id");
	write_id(v, e, w);
	jsonw_key(w, "severity");
	jsonw_string(w, i->severity);
	values = arena_get_length(values, &len);
	jsonw_key(w, "message");
	jsonw_raw(w, values, len);
	write_seconds(w, "grace_s", i->grace_ms);
	jsonw_key(w, "flap_count");
	jsonw_i64(w, i->flap_count);
	write_seconds(w, "flap_window_s", i->flap_window_ms);
	write_snapshot(v, e, values + len, w);
	return cycle_record_end(out);
}

/* One record of ids, from entry i on; returns the entry behind it. */
static size_t
write_some(struct verdicts *v, size_t i, enum verdict verdict, struct cycle_writer *out)
{
	struct jsonw *w = cycle_record(out, verdict == VERDICT_OK ? "ok" : "unknown");
	size_t ids = 0, len = 0;

	jsonw_key(w, "invariant_name");
	jsonw_string(w, v->invariant->name);
	jsonw_key(w, "store_ids");
	jsonw_array(w);
	for (; i < v->count && ids < LIST_IDS_MAX; i++) {
		if (v->entries[i].verdict != verdict)
			continue;
		(void)id_of(v, &v->entries[i], &len);
		if (out->line.len + 6 * len + 8 > LIST_BYTES_MAX && ids)
			break;
		write_id(v, &v->entries[i], w);
		ids++;
	}
	jsonw_array_end(w);
	(void)cycle_record_end(out); /* its length was seen to */
	return i;
}

static void
write_list(struct verdicts *v, enum verdict verdict, struct cycle_writer *out)
{
	size_t i = 0;

	for (;;) {
		while (i < v->count && v->entries[i].verdict != verdict)
			i++;
		if (i == v->count)
			return;
		i = write_some(v, i, verdict, out);
	}
}

size_t
verdicts_write(struct verdicts *v, struct cycle_writer *out)
{
	struct jsonw *w;

	for (size_t i = 0; i < v->count; i++)
		if (v->entries[i].verdict == VERDICT_VIOLATED)
			(void)write_violation(v, &v->entries[i], out);
	write_list(v, VERDICT_OK, out);
	write_list(v, VERDICT_UNKNOWN, out);
	w = cycle_record(out, "check");
	jsonw_key(w, "invariant_name");
	jsonw_string(w, v->invariant->name);
	jsonw_key(w, "evaluated");
	jsonw_u64(w, v->count);
	jsonw_key(w, "violated");
	jsonw_u64(w, v->count_of[VERDICT_VIOLATED]);
	jsonw_key(w, "unknown");
	jsonw_u64(w, v->count_of[VERDICT_UNKNOWN]);
	jsonw_key(w, "complete");
	jsonw_bool(w, true);
	(void)cycle_record_end(out); /* it is short */
	return v->count_of[VERDICT_VIOLATED];
}
