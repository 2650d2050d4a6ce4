/* SPDX-License-Identifier: ISC */
#include "ticket/ledger.h"

#include "ticket/database.h"

int
ledger_add(struct database *db, int64_t ticket_id, const char *at, const char *event,
	const char *actor, const char *note, size_t note_len, struct fault *f)
{
	static const char sql[] = "INSERT INTO ticket_events (ticket_id, at, event, actor, note)"
				  " VALUES (?1, ?2, ?3, ?4, ?5)";
	struct stmt *s = database_query(db, sql, f);

	if (!s)
		return -1;
	stmt_bind_i64(s, 1, ticket_id);
	stmt_bind_text(s, 2, at);
	stmt_bind_text(s, 3, event);
	stmt_bind_text(s, 4, actor);
	stmt_bind_text_n(s, 5, note, note_len);
	return stmt_run(s, f);
}
