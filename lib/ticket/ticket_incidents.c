/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_incidents.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/hash_table.h"
#include "base/mem.h"
#include "base/span.h"
#include "base/table.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "stream/severity.h"
#include "ticket/database.h"
#include "ticket/overview.h"
#include "ticket/ticket.h"
#include "ticket/ticket_options.h"
#include "ticket/ticket_rows.h"
#include "ticket/ticket_table.h"
#include "ticket/tickets.h"
#include "ticket/view.h"

struct incident {
	struct span subject, cluster, batch, message;
	int64_t began_ms, ended_ms;
	enum severity severity;
	int64_t tickets, open, muted;
	struct span *stores; /* distinct */
	size_t store_count, store_cap;
};

struct incidents {
	struct incident *items;
	size_t count, cap;
	struct hash_table by_key;
	struct arena texts;
};

/* Finds the incident of a ticket, or NULL. Sets *hash to that of its key. */
static struct incident *
find(const struct incidents *all, struct stmt *row, uint64_t *hash)
{
	struct span batch = stmt_span(row, TICKET_BATCH);
	struct span subject = stmt_span(row, TICKET_SUBJECT);
	struct span cluster = stmt_span(row, TICKET_CLUSTER);
	struct hash_walk walk;
	uint32_t n;

	*hash = hash_bytes(&all->by_key.key, batch.at, batch.len);
	for (n = hash_table_first(&all->by_key, *hash, &walk); n != HASH_NONE;
		n = hash_table_next(&all->by_key, &walk))
		if (span_equal(all->items[n].batch, batch) &&
			span_equal(all->items[n].subject, subject) &&
			span_equal(all->items[n].cluster, cluster))
			return &all->items[n];
	return NULL;
}

static int
add_incident(struct incidents *all, struct stmt *row, struct fault *f)
{
	uint64_t hash;

	if (find(all, row, &hash))
		return 0;
	all->items = mem_grow(all->items, all->count, &all->cap, sizeof *all->items);
	if (hash_table_add(&all->by_key, hash, (uint32_t)all->count))
		return fault_set(f, STATUS_TRY_AGAIN, "not enough memory for the incidents");
	all->items[all->count++] = (struct incident){
		.subject = ticket_keep(&all->texts, row, TICKET_SUBJECT),
		.cluster = ticket_keep(&all->texts, row, TICKET_CLUSTER),
		.batch = ticket_keep(&all->texts, row, TICKET_BATCH),
		.began_ms = INT64_MAX,
		.ended_ms = TIMESTAMP_NEVER,
	};
	return 0;
}

static void
add_store(struct incidents *all, struct incident *i, struct span store)
{
	if (!store.at)
		return;
	for (size_t n = 0; n < i->store_count; n++)
		if (span_equal(i->stores[n], store))
			return;
	i->stores = mem_grow(i->stores, i->store_count, &i->store_cap, sizeof *i->stores);
	i->stores[i->store_count++] = arena_copy(&all->texts, store);
}

/* Adds a ticket to its incident, if that is selected. */
static int
add_ticket(struct incidents *all, struct stmt *row, struct fault *f)
{
	struct span severity = stmt_span(row, TICKET_SEVERITY);
	uint64_t hash;
	struct incident *i = find(all, row, &hash);
	int64_t first_ms, resolved_ms;

	if (!i)
		return 0;
	if (ticket_when(row, TICKET_FIRST_SEEN, &first_ms, f) ||
		ticket_when(row, TICKET_RESOLVED_AT, &resolved_ms, f))
		return -1;
	if (first_ms < i->began_ms || !i->tickets) {
		i->began_ms = first_ms;
		i->message = ticket_keep(&all->texts, row, TICKET_MESSAGE);
	}
	if (resolved_ms > i->ended_ms)
		i->ended_ms = resolved_ms;
	if (severity_find(severity.at, severity.len) > i->severity)
		i->severity = severity_find(severity.at, severity.len);
	i->tickets++;
	i->open += resolved_ms == TIMESTAMP_NEVER;
	i->muted += stmt_i64(row, TICKET_MUTED) != 0;
	add_store(all, i, stmt_span(row, TICKET_STORE));
	return 0;
}

static int
each_ticket(struct database *db, const struct ticket_options *filter, struct incidents *all,
	int (*add)(struct incidents *all, struct stmt *row, struct fault *f), struct fault *f)
{
	struct ticket_rows rows;
	int result = 0;

	if (ticket_rows_find(db, filter, "id", &rows, f))
		return -1;
	for (size_t i = 0; i < rows.count && result == 0; i++) {
		struct stmt *row = tickets_get(db, rows.ids[i], f);
		int got = row ? stmt_step(row, f) : -1;

		result = got > 0 ? add(all, row, f) : got;
		if (got > 0)
			stmt_reset(row);
	}
	ticket_rows_free(&rows);
	return result;
}

static int
add_both(struct incidents *all, struct stmt *row, struct fault *f)
{
	return add_incident(all, row, f) || add_ticket(all, row, f) ? -1 : 0;
}

/* The filters select incidents; the figures of an incident are of all its tickets. */
static int
gather(struct database *db, const struct ticket_options *o, struct incidents *all, struct fault *f)
{
	struct ticket_options filter = *o;

	/* these are about the incident, not its tickets */
	filter.unresolved = false;
	filter.muted = false;
	filter.limit = -1;
	if (!o->store && !o->invariant && !o->since.text && !o->until.text)
		return each_ticket(db, &filter, all, add_both, f);
	if (each_ticket(db, &filter, all, add_incident, f))
		return -1;
	filter.store = NULL;
	filter.invariant = NULL;
	filter.since.text = NULL;
	filter.until.text = NULL;
	return each_ticket(db, &filter, all, add_ticket, f);
}

static bool
is_wanted(const struct ticket_options *o, const struct incident *i)
{
	return (o->muted || i->muted < i->tickets) && (!o->unresolved || i->open);
}

static int
compare(const void *a, const void *b)
{
	const struct incident *x = a, *y = b;

	if (x->began_ms != y->began_ms)
		return x->began_ms > y->began_ms ? -1 : 1;
	return span_compare(y->batch, x->batch);
}

static void
put(struct output *o, const struct incident *i)
{
	char at[TIMESTAMP_SIZE];
	struct json_write w;
	struct buf stores;

	buf_init(&stores, 1 << 28);
	json_write_init(&w, &stores);
	json_write_array(&w);
	for (size_t n = 0; n < i->store_count; n++)
		json_write_string_n(&w, i->stores[n].at, i->stores[n].len);
	json_write_array_end(&w);
	output_row(o);
	output_span(o, "subject", i->subject);
	output_span(o, "cluster", i->cluster);
	output_span(o, "batch_key", i->batch);
	timestamp_format(at, i->began_ms);
	output_text(o, "began_at", at);
	if (!i->open)
		timestamp_format(at, i->ended_ms);
	output_text(o, "ended_at", i->open ? NULL : at);
	output_text(o, "severity", severity_word(i->severity));
	output_i64(o, "tickets", i->tickets);
	output_i64(o, "open", i->open);
	output_json(o, "stores", (struct span){stores.data, stores.len});
	output_span(o, "message", i->message);
	output_row_end(o);
	buf_free(&stores);
}

static void
put_row(struct table *t, const struct view *v, const struct incident *i)
{
	char text[VIEW_TIME_SIZE];
	struct buf stores;

	buf_init(&stores, 1 << 16);
	for (size_t n = 0; n < i->store_count; n++)
		buf_printf(&stores, "%s%.*s", n ? "," : "", (int)i->stores[n].len, i->stores[n].at);
	table_row(t);
	table_cell(t, 0, view_time(v, text, i->began_ms), TABLE_PLAIN);
	table_cell(
		t, 1, view_age(text, i->began_ms, i->open ? v->now_ms : i->ended_ms), TABLE_PLAIN);
	ticket_table_severity(t, 2, severity_word(i->severity), !i->open);
	text_format(text, sizeof text, "%lld", (long long)i->tickets);
	table_cell(t, 3, text, TABLE_PLAIN);
	text_format(text, sizeof text, "%lld", (long long)i->open);
	table_cell(t, 4, text, TABLE_PLAIN);
	table_cell(t, 5, i->cluster.at, TABLE_PLAIN);
	table_cell(t, 6, stores.data, TABLE_PLAIN);
	table_cell(t, 7, i->batch.at, TABLE_PLAIN);
	table_cell(t, 8, i->message.at, TABLE_PLAIN);
	buf_free(&stores);
}

static int
print_table(const struct incidents *all, bool several, const struct view *v, struct fault *f)
{
	struct table *t = table_open();
	int result;

	table_column(t, "BEGAN", TABLE_TIME);
	table_column(t, "LASTED", TABLE_RIGHT);
	table_column(t, "SEV", TABLE_LEFT);
	table_column(t, "TICKETS", TABLE_RIGHT);
	table_column(t, "OPEN", TABLE_RIGHT);
	ticket_table_cluster(t, several);
	table_column(t, "STORES", TABLE_SHRINK | TABLE_OPTIONAL);
	table_column(t, "BATCH", TABLE_LEFT | TABLE_OPTIONAL);
	table_column(t, "MESSAGE", TABLE_SHRINK);
	for (size_t i = 0; i < all->count; i++)
		put_row(t, v, &all->items[i]);
	result = view_print_table(v, t, f);
	table_close(t);
	return result;
}

static int
print(const struct incidents *all, bool several, const struct view *v, struct fault *f)
{
	struct output out;
	int result;

	if (v->format == FORMAT_TABLE)
		return print_table(all, several, v, f);
	output_init(&out, v->format);
	output_begin(&out);
	for (size_t i = 0; i < all->count; i++)
		put(&out, &all->items[i]);
	output_end(&out);
	result = view_flush(v, &out, f);
	output_free(&out);
	return result;
}

static void
choose(struct incidents *all, const struct ticket_options *o)
{
	size_t kept = 0;

	for (size_t i = 0; i < all->count; i++) {
		if (is_wanted(o, &all->items[i]))
			all->items[kept++] = all->items[i];
		else
			free(all->items[i].stores);
	}
	all->count = kept;
	if (kept)
		qsort(all->items, kept, sizeof *all->items, compare);
	for (; o->limit >= 0 && all->count > (size_t)o->limit; all->count--)
		free(all->items[all->count - 1].stores);
}

int
ticket_incidents(
	struct database *db, const struct ticket_options *o, const struct view *v, struct fault *f)
{
	struct incidents all = {.items = NULL};
	bool several = false;
	int result = 0;

	if (db && (overview_check(db, o, f) || overview_several(db, o, &several, f)))
		return -1;
	hash_table_open(&all.by_key);
	if (db)
		result = gather(db, o, &all, f);
	if (result == 0) {
		choose(&all, o);
		result = print(&all, several, v, f);
	}
	if (result == 0 && !all.count)
		result = overview_empty(db, o, "incidents", v, f);
	for (size_t i = 0; i < all.count; i++)
		free(all.items[i].stores);
	free(all.items);
	hash_table_close(&all.by_key);
	arena_free(&all.texts);
	return result;
}
