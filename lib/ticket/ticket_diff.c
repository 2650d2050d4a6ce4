/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_diff.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "base/table.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "ticket/database.h"
#include "ticket/ticket.h"
#include "ticket/ticket_options.h"
#include "ticket/tickets.h"
#include "ticket/view.h"

enum { OBJECT_MAX = 1 << 20 };

struct life {
	struct span subject, cluster, key, invariant, store, severity, status, message;
	int64_t id, count, first_ms, end_ms; /* TIMESTAMP_MAX: it is not resolved */
};

struct lives {
	struct life *items;
	size_t count, cap;
	struct arena texts;
};

/* One difference: only in b if a is NULL, only in a if b is NULL. */
struct difference {
	const struct life *a, *b;
	const struct life *any; /* a, else b */
};

struct differences {
	struct difference *items;
	size_t count, cap;
	bool same;
};

static int
add_life(void *to, struct stmt *row, struct fault *f)
{
	struct lives *all = to;
	struct life l = {.id = stmt_i64(row, TICKET_ID),
		.count = stmt_i64(row, TICKET_COUNT),
		.subject = ticket_keep(&all->texts, row, TICKET_SUBJECT),
		.cluster = ticket_keep(&all->texts, row, TICKET_CLUSTER),
		.key = ticket_keep(&all->texts, row, TICKET_KEY),
		.invariant = ticket_keep(&all->texts, row, TICKET_INVARIANT),
		.store = ticket_keep(&all->texts, row, TICKET_STORE),
		.severity = ticket_keep(&all->texts, row, TICKET_SEVERITY),
		.status = ticket_keep(&all->texts, row, TICKET_STATUS),
		.message = ticket_keep(&all->texts, row, TICKET_MESSAGE)};

	if (ticket_when(row, TICKET_FIRST_SEEN, &l.first_ms, f) ||
		ticket_when(row, TICKET_RESOLVED_AT, &l.end_ms, f))
		return -1;
	if (l.end_ms == TIMESTAMP_NEVER)
		l.end_ms = TIMESTAMP_MAX;
	all->items = mem_grow(all->items, all->count, &all->cap, sizeof l);
	all->items[all->count++] = l;
	return 0;
}

static int
compare_keys(const struct life *a, const struct life *b)
{
	int order = span_compare(a->subject, b->subject);

	if (!order)
		order = span_compare(a->cluster, b->cluster);
	return order ? order : span_compare(a->key, b->key);
}

static int
by_key(const void *x, const void *y)
{
	const struct life *a = x, *b = y;
	int order = compare_keys(a, b);

	if (!order)
		order = (a->first_ms > b->first_ms) - (a->first_ms < b->first_ms);
	return order ? order : (a->id > b->id) - (a->id < b->id);
}

static int
load(struct lives *all, struct database *db, struct fault *f)
{
	const struct tickets_filter any = {0};

	if (tickets_each(db, &any, add_life, all, f))
		return -1;
	if (all->count)
		qsort(all->items, all->count, sizeof *all->items, by_key);
	return 0;
}

static void
lives_free(struct lives *all)
{
	free(all->items);
	arena_free(&all->texts);
}

static bool
overlap(const struct life *a, const struct life *b)
{
	return a->first_ms == b->first_ms || (a->first_ms < b->end_ms && b->first_ms < a->end_ms);
}

static void
add(struct differences *d, const struct life *a, const struct life *b, bool counts)
{
	bool differs = !a || !b || a->first_ms != b->first_ms || a->end_ms != b->end_ms ||
		       !span_equal(a->severity, b->severity);

	d->same &= !differs;
	if (!differs && (!counts || a->count == b->count))
		return;
	d->items = mem_grow(d->items, d->count, &d->cap, sizeof *d->items);
	d->items[d->count++] = (struct difference){a, b, a ? a : b};
}

/* Both are sorted by key and beginning. Of two lives that do not overlap, one ends first. */
static void
compare(const struct lives *a, const struct lives *b, bool counts, struct differences *d)
{
	size_t i = 0, k = 0;

	while (i < a->count || k < b->count) {
		const struct life *x = i < a->count ? &a->items[i] : NULL;
		const struct life *y = k < b->count ? &b->items[k] : NULL;
		int order = !x ? 1 : !y ? -1 : compare_keys(x, y);

		if (!order && !overlap(x, y))
			order = x->first_ms < y->first_ms ? -1 : 1;
		add(d, order <= 0 ? x : NULL, order >= 0 ? y : NULL, counts);
		i += order <= 0;
		k += order >= 0;
	}
}

static int64_t
first_of(const struct difference *d)
{
	if (!d->a || !d->b)
		return d->any->first_ms;
	return d->a->first_ms < d->b->first_ms ? d->a->first_ms : d->b->first_ms;
}

static int
by_time(const void *x, const void *y)
{
	const struct difference *d = x, *e = y;
	int64_t s = first_of(d), t = first_of(e);
	int order = (s > t) - (s < t);

	if (!order)
		order = compare_keys(d->any, e->any);
	return order ? order : (d->a == NULL) - (e->a == NULL);
}

static void
put_life(struct output *o, const char *key, const struct life *l)
{
	struct buf text;
	struct json_write w;

	if (!l) {
		output_null(o, key);
		return;
	}
	buf_init(&text, OBJECT_MAX);
	json_write_init(&w, &text);
	json_write_object(&w);
	json_write_put_i64(&w, "id", l->id);
	json_write_put_span(&w, "severity", l->severity);
	json_write_put_span(&w, "status", l->status);
	json_write_put_timestamp(&w, "first_seen_at", l->first_ms);
	if (l->end_ms == TIMESTAMP_MAX)
		json_write_put_null(&w, "resolved_at");
	else
		json_write_put_timestamp(&w, "resolved_at", l->end_ms);
	json_write_put_i64(&w, "occurrence_count", l->count);
	json_write_put_span(&w, "message", l->message);
	json_write_object_end(&w);
	output_json(o, key, (struct span){text.data, text.len});
	buf_free(&text);
}

static int
print_rows(const struct differences *d, const struct view *v, struct fault *f)
{
	struct output out;
	int result;

	output_init(&out, v->format);
	output_begin(&out);
	for (size_t i = 0; i < d->count; i++) {
		const struct difference *one = &d->items[i];
		const struct life *l = one->any;

		output_row(&out);
		output_text(&out, "change", !one->b ? "removed" : !one->a ? "added" : "changed");
		output_span(&out, "violation_key", l->key);
		output_span(&out, "subject", l->subject);
		output_span(&out, "cluster", l->cluster);
		output_span(&out, "invariant_name", l->invariant);
		output_span(&out, "store_id", l->store);
		put_life(&out, "a", one->a);
		put_life(&out, "b", one->b);
		output_row_end(&out);
	}
	output_end(&out);
	result = view_flush(v, &out, f);
	output_free(&out);
	return result;
}

/* Puts one text if both are the same or one is missing. */
static void
put_pair(struct table *t, size_t column, const char *a, const char *b)
{
	char text[128];

	if (!a || !b || strcmp(a, b) == 0)
		text_format(text, sizeof text, "%s", a ? a : b);
	else
		text_format(text, sizeof text, "%s -> %s", a, b);
	table_cell(t, column, text, TABLE_PLAIN);
}

static void
put_times(
	struct table *t, size_t column, const struct view *v, const struct difference *d, bool end)
{
	char texts[2][VIEW_TIME_SIZE];
	const struct life *lives[] = {d->a, d->b};
	const char *shown[2] = {NULL, NULL};

	for (size_t i = 0; i < 2; i++) {
		int64_t ms = !lives[i] ? TIMESTAMP_NEVER
			     : end     ? lives[i]->end_ms
				       : lives[i]->first_ms;

		if (lives[i])
			shown[i] = view_time(
				v, texts[i], ms == TIMESTAMP_MAX ? TIMESTAMP_NEVER : ms);
	}
	put_pair(t, column, shown[0], shown[1]);
}

static void
put_row(struct table *t, const struct view *v, const struct difference *d)
{
	const struct life *l = d->any;
	char counts[2][24];

	for (size_t i = 0; i < 2; i++)
		text_format(counts[i], sizeof counts[i], "%" PRId64,
			i == 0 && d->a ? d->a->count
			: d->b	       ? d->b->count
				       : 0);
	table_row(t);
	table_cell(t, 0, !d->b ? "-" : !d->a ? "+" : "~", TABLE_PLAIN);
	table_cell(t, 1, l->invariant.at, TABLE_PLAIN);
	table_cell(t, 2, l->store.at ? l->store.at : "", TABLE_PLAIN);
	put_pair(t, 3, d->a ? d->a->severity.at : NULL, d->b ? d->b->severity.at : NULL);
	put_pair(t, 4, d->a ? counts[0] : NULL, d->b ? counts[1] : NULL);
	put_times(t, 5, v, d, false);
	put_times(t, 6, v, d, true);
}

static int
print_table(const struct differences *d, const struct view *v, struct fault *f)
{
	struct table *t = table_open();
	int result;

	table_column(t, "", TABLE_LEFT);
	table_column(t, "INVARIANT", TABLE_SHRINK);
	table_column(t, "STORE", TABLE_SHRINK);
	table_column(t, "SEVERITY", TABLE_LEFT);
	table_column(t, "COUNT", TABLE_RIGHT | TABLE_OPTIONAL);
	table_column(t, "FIRST SEEN", TABLE_SHRINK);
	table_column(t, "RESOLVED", TABLE_SHRINK);
	for (size_t i = 0; i < d->count; i++)
		put_row(t, v, &d->items[i]);
	result = view_print_table(v, t, f);
	table_close(t);
	return result;
}

int
ticket_diff(struct database *a, struct database *b, const struct ticket_options *o,
	const struct view *v, bool *same, struct fault *f)
{
	struct lives before = {.items = NULL}, after = {.items = NULL};
	struct differences d = {.same = true};
	int result = load(&before, a, f);

	if (result == 0)
		result = load(&after, b, f);
	if (result == 0) {
		compare(&before, &after, o->counts, &d);
		if (d.count)
			qsort(d.items, d.count, sizeof *d.items, by_time);
		result = v->format == FORMAT_TABLE ? print_table(&d, v, f) : print_rows(&d, v, f);
	}
	*same = d.same;
	free(d.items);
	lives_free(&before);
	lives_free(&after);
	return result;
}
