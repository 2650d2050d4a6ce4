/* SPDX-License-Identifier: ISC */
#include <stdint.h>

#include "base/span.h"
#include "ticket/database.h"
#include "ticket/tickets.h"

/* Changes one ticket: $1 the id, $2 now. */
static int
change(struct database *db, const char *sql, int64_t id, const char *now, struct fault *f)
{
	struct stmt *s = database_query_at(db, sql, id, now, f);

	return s ? stmt_run(s, f) : -1;
}

/* The same with a text as $3. */
static int
change_text(struct database *db, const char *sql, int64_t id, const char *now, struct span text,
	struct fault *f)
{
	struct stmt *s = database_query_at(db, sql, id, now, f);

	if (!s)
		return -1;
	stmt_bind_span(s, 3, text);
	return stmt_run(s, f);
}

int
tickets_acknowledge(struct database *db, int64_t id, const char *now, struct fault *f)
{
	static const char sql[] = "UPDATE tickets"
				  " SET status = 'acknowledged', updated_at = $2"
				  " WHERE id = $1";

	return change(db, sql, id, now, f);
}

int
tickets_diagnose(
	struct database *db, int64_t id, const char *now, struct span diagnosis, struct fault *f)
{
	static const char sql[] = "UPDATE tickets"
				  " SET status = 'diagnosed', diagnosis = $3, updated_at = $2"
				  " WHERE id = $1";

	return change_text(db, sql, id, now, diagnosis, f);
}

int
tickets_diagnose_resolved(
	struct database *db, int64_t id, const char *now, struct span diagnosis, struct fault *f)
{
	static const char sql[] = "UPDATE tickets"
				  " SET diagnosis = $3, updated_at = $2"
				  " WHERE id = $1";

	return change_text(db, sql, id, now, diagnosis, f);
}

int
tickets_touch(struct database *db, int64_t id, const char *now, struct fault *f)
{
	static const char sql[] = "UPDATE tickets SET updated_at = $2 WHERE id = $1";

	return change(db, sql, id, now, f);
}

int
tickets_resolve(
	struct database *db, int64_t id, const char *now, const char *resolution, struct fault *f)
{
	static const char sql[] = "UPDATE tickets"
				  " SET status = 'resolved',"
				  " resolution = $3,"
				  " resolved_at = $2,"
				  " held = FALSE,"
				  " held_until = NULL,"
				  " verdict = NULL,"
				  " verdict_since = NULL,"
				  " lost_since = NULL,"
				  " lost = FALSE,"
				  " updated_at = $2"
				  " WHERE id = $1";

	return change_text(db, sql, id, now, span_of(resolution), f);
}

int
tickets_hold(struct database *db, int64_t id, const char *now, const char *until, struct fault *f)
{
	static const char sql[] = "UPDATE tickets"
				  " SET held = TRUE, held_until = $3, updated_at = $2"
				  " WHERE id = $1";

	return change_text(db, sql, id, now, span_of(until), f);
}

int
tickets_unhold(struct database *db, int64_t id, const char *now, struct fault *f)
{
	static const char sql[] = "UPDATE tickets"
				  " SET held = FALSE, held_until = NULL, updated_at = $2"
				  " WHERE id = $1";

	return change(db, sql, id, now, f);
}

int
tickets_last_id(struct database *db, int64_t *id, struct fault *f)
{
	static const char sql[] = "SELECT coalesce(max(id), 0) FROM tickets";

	return database_number(db, sql, id, f);
}

int
tickets_prune(struct database *db, int64_t from, int64_t to, const char *before, int64_t *count,
	struct fault *f)
{
	static const char sql[] = "DELETE FROM tickets"
				  " WHERE id > $1 AND id <= $2"
				  " AND status = 'resolved' AND resolved_at < $3";
	struct stmt *s = database_query(db, sql, f);

	if (!s)
		return -1;
	stmt_bind_i64(s, 1, from);
	stmt_bind_i64(s, 2, to);
	stmt_bind_text(s, 3, before);
	if (stmt_run(s, f))
		return -1;
	*count = database_changes(db);
	return 0;
}

int
tickets_unmute(struct database *db, int64_t id, const char *now, struct fault *f)
{
	static const char sql[] = "UPDATE tickets"
				  " SET muted = FALSE, updated_at = $2"
				  " WHERE id = $1";

	return change(db, sql, id, now, f);
}

struct stmt *
tickets_muted(struct database *db, struct fault *f)
{
	static const char sql[] =
		"SELECT id, cluster, invariant_name, store_id,"
		" (SELECT c.last_at FROM cycles AS c"
		" WHERE c.subject = tickets.subject AND c.cluster = tickets.cluster)"
		" FROM tickets"
		" WHERE id IN (SELECT id FROM tickets WHERE status <> 'resolved')"
		" AND muted <> FALSE"
		" ORDER BY id";

	return database_query(db, sql, f);
}

struct stmt *
tickets_unresolved_of(struct database *db, const char *subject, const char *cluster,
	const char *invariant, const char *but, struct fault *f)
{
	static const char sql[] = "SELECT id"
				  " FROM tickets"
				  " WHERE subject = $1 AND cluster = $2 AND status <> 'resolved'"
				  " AND invariant_name = coalesce(CAST($3 AS TEXT), invariant_name)"
				  " AND invariant_name <> coalesce(CAST($4 AS TEXT), '')"
				  " ORDER BY id";
	struct stmt *row = database_query_of(db, sql, subject, cluster, f);

	if (!row)
		return NULL;
	stmt_bind_text(row, 3, invariant);
	stmt_bind_text(row, 4, but);
	return row;
}
