/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/timestamp.h"
#include "ticket/cycle_apply.h"
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
	struct cycle_asks asks;
	int64_t now_ms;

	if (database_now(db, &now_ms, f) || cycle_ask(&asks, db, v, f))
		return -1;
	return cycle_take(&asks, now_ms, l, f);
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
	char at[TIMESTAMP_SIZE];

	timestamp_format(at, v->at_ms);
	for (size_t i = 0; i < STORE_HEALS; i++)
		if (move_back(db, v, store_heal_sql[i], at, f))
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
		timestamp_format(since, ask->since_ms); /* else "", before every time */
	stmt_bind_span(s, 3, ask->key);
	stmt_bind_text(s, 4, since);
	stmt_bind_text(s, 5, at);
	stmt_bind_i64(s, 6, ask->limit);
	return stmt_number(s, count, f);
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

struct stmt *
store_ticket(struct database *db, int64_t id, struct fault *f)
{
	struct stmt *row = tickets_get(db, id, f);
	int got = row ? stmt_step(row, f) : -1;

	if (got == 0)
		fault_put(f, STATUS_DATA, "ticket %lld is missing", (long long)id);
	return got > 0 ? row : NULL;
}

void
store_ticket_done(struct stmt *s)
{
	stmt_reset(s);
}

bool
store_retry(struct database *db, int tries)
{
	(void)db; /* SQLite itself waits for the lock */
	(void)tries;
	return false;
}
