/* SPDX-License-Identifier: ISC */
#include "ticket/checks.h"

#include <stdlib.h>

#include "base/mem.h"
#include "ticket/database.h"
#include "ticket/ticket.h"

void
checks_free(struct check_rows *c)
{
	free(c->items);
	arena_free(&c->texts);
	*c = (struct check_rows){.items = NULL};
}

static int
add_row(void *to, struct stmt *row, struct fault *f)
{
	struct check_rows *c = to;
	struct check_row *r;

	c->items = mem_grow(c->items, c->count, &c->cap, sizeof *c->items);
	r = &c->items[c->count++];
	r->invariant = ticket_keep(&c->texts, row, 0);
	r->unknown_digest = ticket_keep(&c->texts, row, 2);
	return ticket_when(row, 1, &r->last_complete_ms, f);
}

struct stmt *
checks_ask(struct database *db, const char *subject, const char *cluster, struct fault *f)
{
	static const char sql[] = "SELECT invariant_name, last_complete_at, unknown_digest"
				  " FROM checks"
				  " WHERE subject = $1 AND cluster = $2";

	return database_query_of(db, sql, subject, cluster, f);
}

int
checks_take(struct stmt *row, struct check_rows *c, struct fault *f)
{
	return stmt_each(row, add_row, c, f);
}

int64_t
checks_forget(struct database *db, const char *subject, const char *cluster, const char *invariant,
	struct fault *f)
{
	static const char sql[] =
		"DELETE FROM checks"
		" WHERE subject = $1 AND cluster = $2"
		" AND invariant_name = coalesce(CAST($3 AS TEXT), invariant_name)";

	return database_run_with(db, sql, subject, cluster, invariant, f);
}

struct stmt *
checks_late(struct database *db, const char *subject, const char *cluster, const char *since,
	struct fault *f)
{
	static const char sql[] = "SELECT invariant_name, last_complete_at, last_listed_at"
				  " FROM checks"
				  " WHERE subject = $1 AND cluster = $2"
				  " AND (last_complete_at IS NULL OR last_complete_at < $3)"
				  " ORDER BY invariant_name";

	return database_query_with(db, sql, subject, cluster, since, f);
}

struct stmt *
checks_blind(struct database *db, const char *subject, const char *cluster, const char *since,
	struct fault *f)
{
	static const char sql[] =
		"SELECT k.invariant_name, k.last_known_at"
		" FROM checks AS k"
		" JOIN cycles AS c ON c.subject = k.subject AND c.cluster = k.cluster"
		" WHERE k.subject = $1 AND k.cluster = $2"
		" AND (k.last_known_at IS NULL OR k.last_known_at < $3)"
		" AND (k.last_complete_at IS NULL OR k.last_complete_at < c.last_at"
		" OR EXISTS (SELECT 1 FROM unknown AS u"
		" WHERE u.subject = k.subject AND u.cluster = k.cluster"
		" AND u.invariant_name = k.invariant_name"
		" AND coalesce(u.reason, '') <> 'idle'))"
		" ORDER BY k.invariant_name";

	return database_query_with(db, sql, subject, cluster, since, f);
}

const char checks_heal_complete_sql[] =
	"UPDATE checks SET last_complete_at = $3"
	" WHERE subject = $1 AND cluster = $2 AND last_complete_at > $3";

const char checks_heal_known_sql[] = "UPDATE checks SET last_known_at = $3"
				     " WHERE subject = $1 AND cluster = $2 AND last_known_at > $3";

struct stmt *
checks_names(struct database *db, struct fault *f)
{
	static const char sql[] = "SELECT DISTINCT invariant_name FROM checks";

	return database_query(db, sql, f);
}

int
checks_prune(struct database *db, const char *before, struct fault *f)
{
	static const char sql[] = "DELETE FROM checks WHERE last_listed_at < $1";

	struct stmt *s = database_query(db, sql, f);

	if (!s)
		return -1;
	stmt_bind_text(s, 1, before);
	return stmt_run(s, f);
}
