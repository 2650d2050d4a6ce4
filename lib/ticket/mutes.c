/* SPDX-License-Identifier: ISC */
#include "ticket/mutes.h"

#include <stdlib.h>

#include "base/glob.h"
#include "base/mem.h"
#include "ticket/database.h"
#include "ticket/dialect.h"
#include "ticket/ticket.h"

void
mutes_free(struct mute_rows *m)
{
	free(m->items);
	arena_free(&m->texts);
	*m = (struct mute_rows){.items = NULL};
}

static int
add_row(void *to, struct stmt *row, struct fault *f)
{
	struct mute_rows *m = to;
	struct mute_row *r;

	(void)f;
	m->items = mem_grow(m->items, m->count, &m->cap, sizeof *m->items);
	r = &m->items[m->count++];
	r->id = stmt_i64(row, 0);
	r->cluster = ticket_keep(&m->texts, row, 1);
	r->invariant = ticket_keep(&m->texts, row, 2);
	r->store = ticket_keep(&m->texts, row, 3);
	r->reason = ticket_keep(&m->texts, row, 4);
	return 0;
}

struct stmt *
mutes_ask(struct database *db, const char *at, struct fault *f)
{
	static const char sql[] = "SELECT id, cluster, invariant, store, reason"
				  " FROM mutes"
				  " WHERE lifted_at IS NULL AND from_at <= $1 AND until_at > $1"
				  " ORDER BY id";
	struct stmt *row = database_query(db, sql, f);

	if (!row)
		return NULL;
	stmt_bind_text(row, 1, at);
	return row;
}

int
mutes_take(struct stmt *row, struct mute_rows *m, struct fault *f)
{
	return stmt_each(row, add_row, m, f);
}

int
mutes_load(struct database *db, const char *at, struct mute_rows *m, struct fault *f)
{
	struct stmt *row = mutes_ask(db, at, f);

	return row ? mutes_take(row, m, f) : -1;
}

int
mutes_get(struct database *db, int64_t id, struct mute_rows *m, struct fault *f)
{
	static const char sql[] = "SELECT id, cluster, invariant, store, reason"
				  " FROM mutes"
				  " WHERE id = $1";
	struct stmt *row = database_query(db, sql, f);

	if (!row)
		return -1;
	stmt_bind_i64(row, 1, id);
	return stmt_each(row, add_row, m, f);
}

int
mutes_add(struct database *db, const struct mute_new *m, const char *now, int64_t *id,
	struct fault *f)
{
	struct stmt *s = database_query(db, dialect_mutes_add, f);

	if (!s)
		return -1;
	stmt_bind_text(s, 1, m->cluster);
	stmt_bind_text(s, 2, m->invariant);
	stmt_bind_text(s, 3, m->store);
	stmt_bind_text(s, 4, m->from);
	stmt_bind_text(s, 5, m->until);
	stmt_bind_text(s, 6, m->reason);
	stmt_bind_text(s, 7, m->actor);
	stmt_bind_text(s, 8, now);
	return stmt_number(s, id, f);
}

int
mutes_lift(struct database *db, int64_t id, const char *now, struct fault *f)
{
	static const char sql[] = "UPDATE mutes SET lifted_at = $2"
				  " WHERE id = $1 AND lifted_at IS NULL";
	struct stmt *s = database_query_at(db, sql, id, now, f);

	if (!s || stmt_run(s, f))
		return -1;
	return database_changes(db) > 0;
}

static bool
matches(struct span pattern, struct span text)
{
	return !pattern.at || (text.at && glob_match(pattern, text));
}

const struct mute_row *
mutes_find(const struct mute_rows *m, const char *cluster, struct span invariant, struct span store)
{
	for (size_t i = 0; i < m->count; i++) {
		const struct mute_row *r = &m->items[i];

		if (matches(r->cluster, span_of(cluster)) && matches(r->invariant, invariant) &&
			matches(r->store, store))
			return r;
	}
	return NULL;
}

struct stmt *
mutes_overlapping(struct database *db, const char *since, const char *until, struct fault *f)
{
	static const char sql[] =
		"SELECT id, cluster, invariant, store, from_at, until_at, reason, actor,"
		" created_at, lifted_at"
		" FROM mutes"
		" WHERE coalesce(lifted_at, until_at) >= coalesce($1, from_at)"
		" AND from_at <= coalesce($2, from_at)"
		" ORDER BY id";
	struct stmt *row = database_query(db, sql, f);

	if (!row)
		return NULL;
	stmt_bind_text(row, 1, since);
	stmt_bind_text(row, 2, until);
	return row;
}
