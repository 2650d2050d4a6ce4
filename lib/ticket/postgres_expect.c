/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ticket/database.h"
#include "ticket/ledger.h"
#include "ticket/postgres_set.h"
#include "ticket/postgres_store.h"
#include "ticket/store_expect.h"
#include "ticket/ticket.h"

enum { AT_ONCE = 200 };

const int64_t store_rows_at_once = 5000;

static const char tickets_sql[] = "SELECT " TICKET_COLUMNS " FROM tickets"
				  " WHERE id = ANY($1::bigint[])"
				  " ORDER BY id";

static const char events_sql[] = "SELECT " LEDGER_EVENT_COLUMNS
				 " WHERE e.ticket_id = ANY($1::bigint[])"
				 " ORDER BY e.ticket_id, e.id";

void
store_expect(struct database *db, const int64_t *ids, size_t count)
{
	struct postgres_expected *e = postgres_expected(db);

	free(e->ids);
	*e = (struct postgres_expected){.ids = mem_array(count, sizeof *ids), .count = count};
	if (count)
		memcpy(e->ids, ids, count * sizeof *ids);
}

/* Moves on to the id; false if it was not expected or has been passed. */
static bool
move_to(struct postgres_expected *e, int64_t id)
{
	size_t at = e->at;

	while (at < e->count && e->ids[at] != id)
		at++;
	if (at == e->count)
		return false;
	e->at = at;
	return true;
}

/* Fetches the rows of the next AT_ONCE ids, the current one first. */
static struct stmt *
fetch(struct database *db, const struct postgres_expected *e, const char *sql, size_t *end,
	struct fault *f)
{
	struct stmt *s = database_query(db, sql, f);
	struct postgres_set ids;

	if (!s)
		return NULL;
	*end = e->at;
	postgres_set_init(&ids, 1);
	while (*end < e->count && *end < e->at + AT_ONCE)
		postgres_set_i64(&ids, e->ids[(*end)++]);
	postgres_set_bind(&ids, s, 1);
	postgres_set_free(&ids);
	return postgres_queue(s, f) || postgres_take(db, f) ? NULL : s;
}

/* Limits the steps to the rows of that id; the rows are sorted by this column. */
static void
find(struct stmt *s, int column, int64_t id)
{
	int from = 0, to = postgres_rows(s), end;

	while (from < to) {
		int middle = from + (to - from) / 2;

		postgres_seek(s, middle);
		if (stmt_i64(s, column) < id)
			from = middle + 1;
		else
			to = middle;
	}
	for (end = from; end < postgres_rows(s); end++) {
		postgres_seek(s, end);
		if (stmt_i64(s, column) != id)
			break;
	}
	postgres_window(s, from, end);
}

/* The rows of the id, fetched now if necessary; *row is NULL if it was not expected. */
static int
expected(struct database *db, int64_t id, const char *sql, int column, struct postgres_ahead *a,
	struct stmt **row, struct fault *f)
{
	struct postgres_expected *e = postgres_expected(db);

	*row = NULL;
	if (!move_to(e, id))
		return 0;
	if (e->at >= a->end) {
		a->rows = fetch(db, e, sql, &a->end, f);
		if (!a->rows)
			a->end = 0;
	}
	if (!a->rows)
		return -1;
	find(a->rows, column, id);
	*row = a->rows;
	return 0;
}

int
store_expected_ticket(struct database *db, int64_t id, struct stmt **row, struct fault *f)
{
	return expected(db, id, tickets_sql, TICKET_ID, &postgres_expected(db)->tickets, row, f);
}

int
store_expected_events(struct database *db, int64_t id, struct stmt **row, struct fault *f)
{
	return expected(db, id, events_sql, LEDGER_TICKET, &postgres_expected(db)->events, row, f);
}
