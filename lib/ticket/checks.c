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

/* A statement with a subject, a cluster and a text as $1, $2 and $3. */
static struct stmt *
query_text(struct database *db, const char *sql, const char *subject, const char *cluster,
	const char *text, struct fault *f)
{
	struct stmt *s = database_query_of(db, sql, subject, cluster, f);

	if (!s)
		return NULL;
	stmt_bind_text(s, 3, text);
	return s;
}

int64_t
checks_forget(struct database *db, const char *subject, const char *cluster, const char *invariant,
	struct fault *f)
{
#define OF_INVARIANT                           \
	" WHERE subject = $1 AND cluster = $2" \
	" AND invariant_name = coalesce(CAST($3 AS TEXT), invariant_name)"
	static const char *const sql[] = {
		"DELETE FROM checks" OF_INVARIANT,
		"DELETE FROM pending" OF_INVARIANT,
		"DELETE FROM unknown" OF_INVARIANT,
	};
	int64_t count = 0;

	for (size_t i = 0; i < sizeof sql / sizeof sql[0]; i++) {
		struct stmt *s = query_text(db, sql[i], subject, cluster, invariant, f);

		if (!s || stmt_run(s, f))
			return -1;
		count += database_changes(db);
	}
	return count;
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

	return query_text(db, sql, subject, cluster, since, f);
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

	return query_text(db, sql, subject, cluster, since, f);
}

struct stmt *
checks_names(struct database *db, struct fault *f)
{
	static const char sql[] = "SELECT DISTINCT invariant_name FROM checks";

	return database_query(db, sql, f);
}

int
checks_prune(struct database *db, const char *before, struct fault *f)
{
	static const char *const sql[] = {
		"DELETE FROM unknown"
		" WHERE EXISTS (SELECT 1 FROM checks AS k"
		" WHERE k.subject = unknown.subject AND k.cluster = unknown.cluster"
		" AND k.invariant_name = unknown.invariant_name AND k.last_listed_at < $1)",
		"DELETE FROM checks WHERE last_listed_at < $1",
	};

	for (size_t i = 0; i < sizeof sql / sizeof sql[0]; i++) {
		struct stmt *s = database_query(db, sql[i], f);

		if (!s)
			return -1;
		stmt_bind_text(s, 1, before);
		if (stmt_run(s, f))
			return -1;
	}
	return 0;
}
