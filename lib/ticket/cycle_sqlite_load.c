/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <stdint.h>

#include "base/timestamp.h"
#include "ticket/cycle_sqlite.h"
#include "ticket/database.h"
#include "ticket/store_cycle.h"
#include "ticket/verdict_cycle.h"

int
store_begin(struct database *db, const struct cluster_name *names, size_t count, struct fault *f)
{
	(void)names; /* the file has one lock for all of them */
	(void)count;
	return database_begin(db, f);
}

int
store_commit(struct database *db, struct fault *f)
{
	return database_commit(db, f);
}

void
store_rollback(struct database *db)
{
	database_rollback(db);
}

int
store_load(struct database *db, const struct verdict_cycle *v, struct loaded *l, struct fault *f)
{
	struct loaded found = {.tickets = {.items = NULL}};
	char at[TIMESTAMP_SIZE];

	timestamp_format(at, v->at_ms);
	if (cycles_load(db, v->subject, v->cluster, &found.cycle, f) ||
		tickets_load_open(db, v->subject, v->cluster, &found.tickets, f) ||
		pending_load(db, v->subject, v->cluster, &found.pending, f) ||
		checks_load(db, v->subject, v->cluster, &found.checks, f) ||
		mutes_load(db, at, &found.mutes, f)) {
		loaded_free(&found);
		return -1;
	}
	*l = found;
	return 0;
}

struct stmt *
cycle_query(struct database *db, const struct verdict_cycle *v, const char *sql, struct fault *f)
{
	struct stmt *s = database_query(db, sql, f);

	if (!s)
		return NULL;
	stmt_bind_text(s, 1, v->subject);
	stmt_bind_text(s, 2, v->cluster);
	return s;
}

static int
move_back(struct database *db, const struct verdict_cycle *v, const char *sql, const char *at,
	struct fault *f)
{
	struct stmt *s = cycle_query(db, v, sql, f);

	if (!s)
		return -1;
	stmt_bind_text(s, 3, at);
	return stmt_run(s, f);
}

int
store_heal(struct database *db, const struct verdict_cycle *v, struct fault *f)
{
	static const char *const sql[] = {
		"UPDATE pending SET first_seen_at = $3"
		" WHERE subject = $1 AND cluster = $2 AND first_seen_at > $3",
		"UPDATE tickets"
		" SET ok_since = CASE WHEN ok_since > $3 THEN $3 ELSE ok_since END,"
		" absent_since = CASE WHEN absent_since > $3 THEN $3 ELSE absent_since END,"
		" updated_at = $3"
		" WHERE subject = $1 AND cluster = $2 AND status <> 'resolved'"
		" AND (ok_since > $3 OR absent_since > $3)",
		"UPDATE tickets"
		" SET verdict_since = CASE WHEN verdict_since > $3 THEN $3 ELSE verdict_since END,"
		" lost_since = CASE WHEN lost_since > $3 THEN $3 ELSE lost_since END"
		" WHERE subject = $1 AND cluster = $2 AND status <> 'resolved'"
		" AND (verdict_since > $3 OR lost_since > $3)",
		"UPDATE checks SET last_complete_at = $3"
		" WHERE subject = $1 AND cluster = $2 AND last_complete_at > $3",
		"UPDATE checks SET last_known_at = $3"
		" WHERE subject = $1 AND cluster = $2 AND last_known_at > $3",
		"UPDATE unknown SET since = $3"
		" WHERE subject = $1 AND cluster = $2 AND since > $3",
		"UPDATE cycles SET identified_at = $3"
		" WHERE subject = $1 AND cluster = $2 AND identified_at > $3",
	};
	char at[TIMESTAMP_SIZE];

	timestamp_format(at, v->at_ms);
	for (size_t i = 0; i < sizeof sql / sizeof sql[0]; i++)
		if (move_back(db, v, sql[i], at, f))
			return -1;
	return 0;
}

static int
count_recent(struct database *db, const struct verdict_cycle *v, const struct flap_ask *ask,
	const char *at, int64_t *count, struct fault *f)
{
	static const char sql[] =
		"SELECT count(*) FROM ("
		" SELECT 1"
		" FROM tickets"
		" WHERE subject = $1 AND cluster = $2 AND violation_key = $3"
		" AND status = 'resolved' AND created_at > $4 AND created_at <= $5"
		" LIMIT $6) AS recent";
	struct stmt *s = cycle_query(db, v, sql, f);
	char since[TIMESTAMP_SIZE] = "";

	if (!s)
		return -1;
	if (ask->since_ms >= 0)
		timestamp_format(since, ask->since_ms); /* else every time is later */
	stmt_bind_text_n(s, 3, ask->key.at, ask->key.len);
	stmt_bind_text(s, 4, since);
	stmt_bind_text(s, 5, at);
	stmt_bind_i64(s, 6, ask->limit);
	if (stmt_step(s, f) < 0)
		return -1;
	*count = stmt_i64(s, 0);
	stmt_reset(s);
	return 0;
}

int
store_recent(struct database *db, const struct verdict_cycle *v, const struct flap_ask *asks,
	size_t count, int64_t *counts, struct fault *f)
{
	char at[TIMESTAMP_SIZE];

	timestamp_format(at, v->at_ms);
	for (size_t i = 0; i < count; i++)
		if (count_recent(db, v, &asks[i], at, &counts[i], f))
			return -1;
	return 0;
}
