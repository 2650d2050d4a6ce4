/* SPDX-License-Identifier: ISC */
#include "ticket/ledger.h"

#include "base/text.h"
#include "ticket/database.h"
#include "ticket/dialect.h"
#include "ticket/store_expect.h"

int
ledger_add(struct database *db, int64_t ticket_id, const char *at, const char *event,
	const char *actor, struct span note, struct fault *f)
{
	struct stmt *s = database_query_at(db, dialect_ledger_add, ticket_id, at, f);

	if (!s)
		return -1;
	stmt_bind_text(s, 3, event);
	stmt_bind_text(s, 4, actor);
	stmt_bind_span(s, 5, note);
	return stmt_run(s, f);
}

struct stmt *
ledger_after(struct database *db, int64_t after, int64_t ticket_id, struct fault *f)
{
	static const char all_sql[] = "SELECT " LEDGER_EVENT_COLUMNS " WHERE e.id > $1"
				      " ORDER BY e.id LIMIT $2";
	static const char one_sql[] = "SELECT " LEDGER_EVENT_COLUMNS
				      " WHERE e.ticket_id = $2 AND e.id > $1"
				      " ORDER BY e.id";
	struct stmt *row = NULL;

	if (ticket_id && !after && store_expected_events(db, ticket_id, &row, f))
		return NULL;
	if (row)
		return row;
	row = database_query(db, ticket_id ? one_sql : all_sql, f);
	if (!row)
		return NULL;
	stmt_bind_i64(row, 1, after);
	stmt_bind_i64(row, 2, ticket_id ? ticket_id : LEDGER_AT_ONCE);
	return row;
}

int
ledger_last_id(struct database *db, int64_t *id, struct fault *f)
{
	return database_number(db, dialect_ledger_last_id, id, f);
}

int
ledger_at(struct database *db, int64_t id, char at[TIMESTAMP_SIZE], struct fault *f)
{
	static const char sql[] = "SELECT at FROM ticket_events WHERE id = $1";
	struct stmt *row = database_query(db, sql, f);
	int got;

	at[0] = '\0';
	if (!row)
		return -1;
	stmt_bind_i64(row, 1, id);
	got = stmt_step(row, f);
	if (got > 0) {
		text_format(at, TIMESTAMP_SIZE, "%s", stmt_text(row, 0, NULL));
		stmt_reset(row);
	}
	return got < 0 ? -1 : 0;
}
