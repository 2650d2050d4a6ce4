/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_stats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/mem.h"
#include "base/span.h"
#include "base/table.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "stream/event_note.h"
#include "ticket/database.h"
#include "ticket/ledger.h"
#include "ticket/overview.h"
#include "ticket/ticket.h"
#include "ticket/ticket_options.h"
#include "ticket/ticket_rows.h"
#include "ticket/tickets.h"
#include "ticket/view.h"

/* One invariant. */
struct stat {
	char *invariant;
	int64_t tickets, open, flapped;
	int64_t unknown_ms;
	int64_t *lasted; /* of the resolved ones, in milliseconds */
	size_t lasted_count, lasted_cap;
};

struct stats {
	struct stat *items;
	size_t count, cap;
};

static const char *const sorts[] = {"tickets", "flapped", "mttr", "unknown"};

int
ticket_stats_sortable(const char *sort)
{
	sort += *sort == '-';
	for (size_t i = 0; i < sizeof sorts / sizeof sorts[0]; i++)
		if (strcmp(sort, sorts[i]) == 0)
			return 0;
	return -1;
}

static struct stat *
find(struct stats *all, const char *invariant)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->items[i].invariant, invariant) == 0)
			return &all->items[i];
	all->items = mem_grow(all->items, all->count, &all->cap, sizeof *all->items);
	all->items[all->count] = (struct stat){.invariant = mem_copy(invariant)};
	return &all->items[all->count++];
}

/*
 * Adds how long a ticket's evidence was lost: from the beginning that each
 * evidence_lost notes to its end. The ledger has no other record of it.
 */
static int
add_unknown(struct database *db, int64_t id, int64_t end_ms, struct stat *s, struct fault *f)
{
	struct stmt *row = ledger_after(db, 0, id, f);
	int64_t lost_ms = TIMESTAMP_NEVER, at_ms;
	struct event_note parts;
	int got = row ? 1 : -1;

	while (row && (got = stmt_step(row, f)) > 0) {
		struct span event = stmt_span(row, LEDGER_EVENT);
		struct span note = stmt_span(row, LEDGER_NOTE);

		if (ticket_when(row, LEDGER_AT, &at_ms, f)) {
			stmt_reset(row);
			return -1;
		}
		if (span_is(event, "evidence_lost")) {
			lost_ms = event_note_split(event, note, &parts) ? parts.ms : at_ms;
		} else if (lost_ms != TIMESTAMP_NEVER && span_is(event, "evidence_back")) {
			s->unknown_ms += at_ms - lost_ms;
			lost_ms = TIMESTAMP_NEVER;
		}
	}
	if (lost_ms != TIMESTAMP_NEVER && end_ms > lost_ms)
		s->unknown_ms += end_ms - lost_ms;
	return got;
}

static int
add_ticket(struct stats *all, struct database *db, int64_t id, int64_t now_ms, struct fault *f)
{
	struct stmt *row = tickets_get(db, id, f);
	int got = row ? stmt_step(row, f) : -1;
	int64_t first_ms, resolved_ms;
	struct stat *s;

	if (got <= 0)
		return got;
	s = find(all, stmt_text(row, TICKET_INVARIANT, NULL));
	got = ticket_when(row, TICKET_FIRST_SEEN, &first_ms, f);
	if (got == 0)
		got = ticket_when(row, TICKET_RESOLVED_AT, &resolved_ms, f);
	s->tickets++;
	s->flapped += stmt_i64(row, TICKET_FLAPPING) != 0;
	stmt_reset(row);
	if (got)
		return -1;
	if (resolved_ms == TIMESTAMP_NEVER) {
		s->open++;
		return add_unknown(db, id, now_ms, s, f);
	}
	s->lasted = mem_grow(s->lasted, s->lasted_count, &s->lasted_cap, sizeof *s->lasted);
	s->lasted[s->lasted_count++] = resolved_ms - first_ms;
	return add_unknown(db, id, resolved_ms, s, f);
}

static int
compare_i64(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The value at a percentile, nearest rank; -1 if there are no values. */
static int64_t
percentile(const struct stat *s, size_t percent)
{
	return s->lasted_count ? s->lasted[(s->lasted_count * percent + 99) / 100 - 1] : -1;
}

static int64_t
value_of(const struct stat *s, const char *sort)
{
	if (strcmp(sort, "flapped") == 0)
		return s->flapped;
	if (strcmp(sort, "mttr") == 0)
		return percentile(s, 50);
	return strcmp(sort, "unknown") == 0 ? s->unknown_ms : s->tickets;
}

static bool
is_before(const struct stat *x, const struct stat *y, const char *sort)
{
	bool reversed = *sort == '-';
	int64_t a = value_of(x, sort + reversed), b = value_of(y, sort + reversed);

	if (a != b)
		return reversed ? a < b : a > b;
	return strcmp(x->invariant, y->invariant) < 0;
}

/* Insertion sort, for a few dozen invariants. */
static void
sort_stats(struct stats *all, const char *sort)
{
	for (size_t i = 0; i < all->count; i++) {
		struct stat item = all->items[i];
		size_t at = i;

		if (item.lasted_count)
			qsort(item.lasted, item.lasted_count, sizeof *item.lasted, compare_i64);
		for (; at && is_before(&item, &all->items[at - 1], sort); at--)
			all->items[at] = all->items[at - 1];
		all->items[at] = item;
	}
}

static void
put_seconds(struct output *o, const char *key, int64_t ms)
{
	if (ms < 0)
		output_null(o, key);
	else
		output_double(o, key, (double)ms / 1000);
}

static int
print_rows(const struct stats *all, const struct view *v, struct fault *f)
{
	struct output out;
	int result;

	output_init(&out, v->format);
	output_begin(&out);
	for (size_t i = 0; i < all->count; i++) {
		const struct stat *s = &all->items[i];

		output_row(&out);
		output_text(&out, "invariant_name", s->invariant);
		output_i64(&out, "tickets", s->tickets);
		output_i64(&out, "open", s->open);
		output_i64(&out, "flapped", s->flapped);
		put_seconds(&out, "mttr_median_s", percentile(s, 50));
		put_seconds(&out, "mttr_p90_s", percentile(s, 90));
		put_seconds(&out, "unknown_s", s->unknown_ms);
		output_row_end(&out);
	}
	output_end(&out);
	result = view_flush(v, &out, f);
	output_free(&out);
	return result;
}

static void
put_count(struct table *t, size_t column, int64_t n)
{
	char text[32];

	text_format(text, sizeof text, "%lld", (long long)n);
	table_cell(t, column, text, TABLE_PLAIN);
}

static void
put_lasted(struct table *t, size_t column, int64_t ms)
{
	char text[32];

	table_cell(t, column, ms < 0 ? "-" : view_age(text, 0, ms), TABLE_PLAIN);
}

static int
print_table(const struct stats *all, const struct view *v, struct fault *f)
{
	struct table *t = table_open();
	int result;

	table_column(t, "INVARIANT", TABLE_LEFT);
	table_column(t, "TICKETS", TABLE_RIGHT);
	table_column(t, "OPEN", TABLE_RIGHT);
	table_column(t, "FLAPPED", TABLE_RIGHT);
	table_column(t, "MTTR", TABLE_RIGHT);
	table_column(t, "P90", TABLE_RIGHT);
	table_column(t, "UNKNOWN", TABLE_RIGHT);
	for (size_t i = 0; i < all->count; i++) {
		const struct stat *s = &all->items[i];

		table_row(t);
		table_cell(t, 0, s->invariant, TABLE_PLAIN);
		put_count(t, 1, s->tickets);
		put_count(t, 2, s->open);
		put_count(t, 3, s->flapped);
		put_lasted(t, 4, percentile(s, 50));
		put_lasted(t, 5, percentile(s, 90));
		put_lasted(t, 6, s->unknown_ms);
	}
	result = view_print_table(v, t, f);
	table_close(t);
	return result;
}

static int
gather(struct database *db, const struct ticket_options *o, const struct view *v, struct stats *all,
	struct fault *f)
{
	struct ticket_options filter = *o;
	struct ticket_rows rows;
	int result = 0;

	filter.limit = -1;
	if (overview_check(db, o, f) || ticket_rows_find(db, &filter, "id", &rows, f))
		return -1;
	for (size_t i = 0; i < rows.count && result == 0; i++)
		result = add_ticket(all, db, rows.ids[i], v->now_ms, f);
	ticket_rows_free(&rows);
	return result;
}

int
ticket_stats(
	struct database *db, const struct ticket_options *o, const struct view *v, struct fault *f)
{
	struct stats all = {.items = NULL};
	size_t found;
	int result = db ? gather(db, o, v, &all, f) : 0;

	sort_stats(&all, o->sort ? o->sort : "tickets");
	found = all.count;
	if (o->limit >= 0 && all.count > (size_t)o->limit)
		all.count = (size_t)o->limit;
	if (result == 0)
		result = v->format == FORMAT_TABLE ? print_table(&all, v, f)
						   : print_rows(&all, v, f);
	if (result == 0 && !found)
		result = overview_empty(db, o, "tickets", v, f);
	for (size_t i = 0; i < found; i++) {
		free(all.items[i].invariant);
		free(all.items[i].lasted);
	}
	free(all.items);
	return result;
}
