/* SPDX-License-Identifier: ISC */
#include "ticket/pending.h"

#include <stdlib.h>

#include "base/mem.h"
#include "ticket/database.h"
#include "ticket/ticket.h"

void
pending_free(struct pending_rows *p)
{
	free(p->items);
	arena_free(&p->texts);
	*p = (struct pending_rows){.items = NULL};
}

static int
add_row(void *to, struct stmt *row, struct fault *f)
{
	struct pending_rows *p = to;
	struct pending_row *r;

	p->items = mem_grow(p->items, p->count, &p->cap, sizeof *p->items);
	r = &p->items[p->count++];
	r->key = ticket_keep(&p->texts, row, 0);
	r->invariant = ticket_keep(&p->texts, row, 1);
	if (ticket_when(row, 2, &r->first_seen_ms, f) || ticket_when(row, 3, &r->last_seen_ms, f))
		return -1;
	return 0;
}

struct stmt *
pending_ask(struct database *db, const char *subject, const char *cluster, struct fault *f)
{
	static const char sql[] =
		"SELECT violation_key, invariant_name, first_seen_at, last_seen_at"
		" FROM pending"
		" WHERE subject = $1 AND cluster = $2";

	return database_query_of(db, sql, subject, cluster, f);
}

int
pending_take(struct stmt *row, struct pending_rows *p, struct fault *f)
{
	return stmt_each(row, add_row, p, f);
}

struct stmt *
pending_list(struct database *db, const char *subject, const char *cluster, struct fault *f)
{
	static const char sql[] =
		"SELECT subject, cluster, invariant_name, store_id, first_seen_at, last_seen_at,"
		" opens_at, severity, message"
		" FROM pending"
		" WHERE subject = coalesce(CAST($1 AS TEXT), subject)"
		" AND cluster = coalesce(CAST($2 AS TEXT), cluster)"
		" ORDER BY coalesce(opens_at, ''), subject, cluster, violation_key";

	return database_query_of(db, sql, subject, cluster, f);
}

int
pending_count(struct database *db, const char *subject, const char *cluster, int64_t *count,
	struct fault *f)
{
	static const char sql[] = "SELECT count(*)"
				  " FROM pending"
				  " WHERE subject = coalesce(CAST($1 AS TEXT), subject)"
				  " AND cluster = coalesce(CAST($2 AS TEXT), cluster)";
	struct stmt *row = database_query_of(db, sql, subject, cluster, f);

	return row ? stmt_number(row, count, f) : -1;
}

int64_t
pending_forget(struct database *db, const char *subject, const char *cluster, const char *invariant,
	struct fault *f)
{
	static const char sql[] =
		"DELETE FROM pending"
		" WHERE subject = $1 AND cluster = $2"
		" AND invariant_name = coalesce(CAST($3 AS TEXT), invariant_name)";

	return database_run_with(db, sql, subject, cluster, invariant, f);
}

const char pending_heal_sql[] = "UPDATE pending SET first_seen_at = $3"
				" WHERE subject = $1 AND cluster = $2 AND first_seen_at > $3";
