/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_rows.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/glob.h"
#include "base/mem.h"
#include "base/span.h"
#include "base/suggest.h"
#include "base/timestamp.h"
#include "stream/severity.h"
#include "ticket/database.h"
#include "ticket/store_expect.h"
#include "ticket/ticket.h"
#include "ticket/ticket_options.h"
#include "ticket/tickets.h"

/* What rows are sorted by: numbers first, then the text. All ascending. */
struct row {
	int64_t id;
	int64_t first, second;
	struct span text;
};

struct rows {
	struct row *items;
	size_t count, cap;
	struct arena texts;
};

enum order { ORDER_ID, ORDER_WORST, ORDER_SEVERITY, ORDER_AGE, ORDER_NUMBER, ORDER_TEXT };

static const struct {
	const char *name;
	enum order order;
	enum ticket_column column;
} orders[] = {
	{"worst", ORDER_WORST, TICKET_ID},
	{"severity", ORDER_SEVERITY, TICKET_SEVERITY},
	{"age", ORDER_AGE, TICKET_FIRST_SEEN},
	{"id", ORDER_NUMBER, TICKET_ID},
	{"subject", ORDER_TEXT, TICKET_SUBJECT},
	{"cluster", ORDER_TEXT, TICKET_CLUSTER},
	{"violation_key", ORDER_TEXT, TICKET_KEY},
	{"invariant_name", ORDER_TEXT, TICKET_INVARIANT},
	{"store_id", ORDER_TEXT, TICKET_STORE},
	{"status", ORDER_TEXT, TICKET_STATUS},
	{"held", ORDER_NUMBER, TICKET_HELD},
	{"held_until", ORDER_TEXT, TICKET_HELD_UNTIL},
	{"flapping", ORDER_NUMBER, TICKET_FLAPPING},
	{"flap_window_s", ORDER_NUMBER, TICKET_FLAP_WINDOW},
	{"batch_key", ORDER_TEXT, TICKET_BATCH},
	{"occurrence_count", ORDER_NUMBER, TICKET_COUNT},
	{"first_seen_at", ORDER_TEXT, TICKET_FIRST_SEEN},
	{"last_seen_at", ORDER_TEXT, TICKET_LAST_SEEN},
	{"ok_since", ORDER_TEXT, TICKET_OK_SINCE},
	{"absent_since", ORDER_TEXT, TICKET_ABSENT_SINCE},
	{"resolved_at", ORDER_TEXT, TICKET_RESOLVED_AT},
	{"resolution", ORDER_TEXT, TICKET_RESOLUTION},
	{"message", ORDER_TEXT, TICKET_MESSAGE},
	{"diagnosis", ORDER_TEXT, TICKET_DIAGNOSIS},
	{"doc", ORDER_TEXT, TICKET_DOC},
	{"link", ORDER_TEXT, TICKET_LINK},
	{"muted", ORDER_NUMBER, TICKET_MUTED},
	{"verdict", ORDER_TEXT, TICKET_VERDICT},
	{"verdict_since", ORDER_TEXT, TICKET_VERDICT_SINCE},
	{"created_at", ORDER_TEXT, TICKET_CREATED_AT},
	{"updated_at", ORDER_TEXT, TICKET_UPDATED_AT},
};

enum { ORDERS = sizeof orders / sizeof orders[0] };

static size_t
find_order(const char *sort)
{
	size_t i = 0;

	while (i < ORDERS && strcmp(orders[i].name, sort) != 0)
		i++;
	return i;
}

int
ticket_rows_sortable(const char *sort, const char **like)
{
	const char *names[ORDERS];

	sort += *sort == '-';
	if (find_order(sort) < ORDERS)
		return 0;
	for (size_t i = 0; i < ORDERS; i++)
		names[i] = orders[i].name;
	*like = suggest(sort, names, ORDERS);
	return -1;
}

static bool
matches_glob(const char *pattern, struct span text)
{
	return !pattern || (text.at && glob_match(span_of(pattern), text));
}

static bool
has_bit(unsigned bits, int position)
{
	return !bits || (position >= 0 && (bits & (1u << position)));
}

static int
status_position(struct span status)
{
	for (int i = 0; i < TICKET_STATUSES; i++)
		if (span_is(status, ticket_statuses[i]))
			return i;
	return -1;
}

static bool
is_wanted(const struct ticket_options *o, struct stmt *row)
{
	struct span severity = stmt_span(row, TICKET_SEVERITY);
	struct span verdict = stmt_span(row, TICKET_VERDICT);

	if (!has_bit(o->statuses, status_position(stmt_span(row, TICKET_STATUS))) ||
		!has_bit(o->severities, (int)severity_find(severity.at, severity.len)))
		return false;
	if (!matches_glob(o->invariant, stmt_span(row, TICKET_INVARIANT)) ||
		!matches_glob(o->store, stmt_span(row, TICKET_STORE)))
		return false;
	if (o->muted && !stmt_i64(row, TICKET_MUTED))
		return false;
	return !o->unknown || span_is(verdict, "unknown") || span_is(verdict, "not evaluated");
}

static int64_t
time_of(struct stmt *row, enum ticket_column n)
{
	struct span text = stmt_span(row, (int)n);
	int64_t ms;

	return text.at && timestamp_parse(text.at, text.len, &ms) == 0 ? ms : 0;
}

/* Sets what the row is sorted by; a descending number is negated. */
static void
set_order(struct rows *all, struct row *r, struct stmt *row, size_t by)
{
	struct span severity = stmt_span(row, TICKET_SEVERITY);
	bool resolved = span_is(stmt_span(row, TICKET_STATUS), "resolved");
	enum order order = by == ORDERS ? ORDER_ID : orders[by].order;

	switch (order) {
	case ORDER_ID:
		r->first = -r->id;
		break;
	case ORDER_WORST:
		r->first = resolved ? 1 : -(int64_t)severity_find(severity.at, severity.len);
		r->second = -time_of(row, resolved ? TICKET_RESOLVED_AT : TICKET_FIRST_SEEN);
		break;
	case ORDER_SEVERITY:
		r->first = -(int64_t)severity_find(severity.at, severity.len);
		r->second = -time_of(row, TICKET_FIRST_SEEN);
		break;
	case ORDER_AGE:
		r->first = -time_of(row, resolved ? TICKET_RESOLVED_AT : TICKET_FIRST_SEEN);
		break;
	case ORDER_NUMBER:
		r->first = stmt_i64(row, (int)orders[by].column);
		break;
	case ORDER_TEXT:
		r->text = ticket_keep(&all->texts, row, (int)orders[by].column);
		break;
	}
}

static int
compare(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if (x->second != y->second)
		return x->second < y->second ? -1 : 1;
	order = span_compare(x->text, y->text);
	if (order)
		return order;
	return x->id > y->id ? -1 : 1; /* youngest first */
}

static int
compare_reversed(const void *a, const void *b)
{
	return compare(b, a);
}

/* The context of gathering rows. */
struct gathering {
	const struct ticket_options *options;
	size_t by;
	struct rows *all;
};

static int
take_row(void *to, struct stmt *row, struct fault *f)
{
	struct gathering *g = to;
	struct rows *all = g->all;
	struct row *item;

	(void)f; /* nothing can fail */
	if (!is_wanted(g->options, row))
		return 0;
	all->items = mem_grow(all->items, all->count, &all->cap, sizeof *all->items);
	item = &all->items[all->count++];
	*item = (struct row){.id = stmt_i64(row, TICKET_ID)};
	set_order(all, item, row, g->by);
	return 0;
}

static int
gather(struct database *db, const struct ticket_options *o, size_t by, struct rows *all,
	struct fault *f)
{
	char since[TIMESTAMP_SIZE], until[TIMESTAMP_SIZE];
	unsigned resolved = 1u << (TICKET_STATUSES - 1);
	const struct tickets_filter filter = {
		.unresolved = o->unresolved || (o->statuses && !(o->statuses & resolved)),
		.batch = o->batch,
		.subject = o->subject,
		.cluster = o->cluster,
		.since = o->since.text ? since : NULL,
		.until = o->until.text ? until : NULL,
	};
	struct gathering g = {.options = o, .by = by, .all = all};

	if (o->since.text)
		timestamp_format(since, o->since.ms);
	if (o->until.text)
		timestamp_format(until, o->until.ms);
	return tickets_each(db, &filter, take_row, &g, f);
}

int
ticket_rows_find(struct database *db, const struct ticket_options *o, const char *sort,
	struct ticket_rows *r, struct fault *f)
{
	bool reversed = sort && *sort == '-';
	size_t by = sort ? find_order(sort + reversed) : ORDERS;
	struct rows all = {.items = NULL};
	int result;

	*r = (struct ticket_rows){.ids = NULL};
	result = gather(db, o, by, &all, f);
	if (result == 0 && all.count) {
		qsort(all.items, all.count, sizeof *all.items,
			reversed ? compare_reversed : compare);
		r->count = all.count;
		if (o->limit >= 0 && (uint64_t)o->limit < r->count)
			r->count = (size_t)o->limit;
		r->ids = mem_array(r->count, sizeof *r->ids);
		for (size_t i = 0; i < r->count; i++)
			r->ids[i] = all.items[i].id;
		store_expect(db, r->ids, r->count);
	}
	free(all.items);
	arena_free(&all.texts);
	return result;
}

void
ticket_rows_free(struct ticket_rows *r)
{
	free(r->ids);
	*r = (struct ticket_rows){.ids = NULL};
}
