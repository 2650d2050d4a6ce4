/* SPDX-License-Identifier: ISC */
#include "ticket/ledger.h"

#include "ticket/database.h"

int
ledger_add(struct database *db, int64_t ticket_id, const char *at, const char *event,
	const char *actor, struct span note, struct fault *f)
{
	static const char sql[] = "INSERT INTO ticket_events (ticket_id, at, event, actor, note)"
				  " VALUES ($1, $2, $3, $4, $5)";
	struct stmt *s = database_query(db, sql, f);

	if (!s)
		return -1;
	stmt_bind_i64(s, 1, ticket_id);
	stmt_bind_text(s, 2, at);
	stmt_bind_text(s, 3, event);
	stmt_bind_text(s, 4, actor);
	stmt_bind_text_n(s, 5, note.at, note.len);
	return stmt_run(s, f);
}

struct stmt *
ledger_after(struct database *db, int64_t after, int64_t ticket_id, struct fault *f)
{
	static const char all_sql[] = "SELECT id, ticket_id, at, event, actor, note"
				      " FROM ticket_events"
				      " WHERE id > $1"
				      " ORDER BY id";
	static const char one_sql[] = "SELECT id, ticket_id, at, event, actor, note"
				      " FROM ticket_events"
				      " WHERE ticket_id = $2 AND id > $1"
				      " ORDER BY id";
	struct stmt *row = database_query(db, ticket_id ? one_sql : all_sql, f);

	if (!row)
		return NULL;
	stmt_bind_i64(row, 1, after);
	if (ticket_id)
		stmt_bind_i64(row, 2, ticket_id);
	return row;
}
