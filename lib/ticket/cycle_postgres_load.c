/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <time.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/timestamp.h"
#include "ticket/cycle_apply.h"
#include "ticket/cycle_postgres.h"
#include "ticket/database.h"
#include "ticket/postgres.h"
#include "ticket/postgres_set.h"
#include "ticket/postgres_store.h"
#include "ticket/store_cycle.h"
#include "ticket/verdict_cycle.h"

enum { TRIES = 5, LOCK_TRIES = 100, PAUSE_MS = 100 };

/* Queues a statement whose parameters are the names of clusters. */
static int
queue_names(struct database *db, const char *sql, const struct postgres_set *names, struct fault *f)
{
	struct stmt *s = database_query(db, sql, f);

	if (!s)
		return -1;
	postgres_set_bind(names, s, 1);
	return postgres_queue(s, f);
}

static const char lock_sql[] = "SELECT 1"
			       " FROM cycles AS c"
			       " JOIN unnest($1::text[], $2::text[]) AS n (subject, cluster)"
			       " ON c.subject = n.subject AND c.cluster = n.cluster"
			       " ORDER BY c.subject, c.cluster"
			       " FOR UPDATE OF c";

/*
 * Adds an empty row for each new cluster, so that one of two first cycles waits
 * for the other.
 */
static int
lock_new(struct database *db, const struct postgres_set *names, struct fault *f)
{
	static const char sql[] = "INSERT INTO cycles (subject, cluster)"
				  " SELECT subject, cluster"
				  " FROM unnest($1::text[], $2::text[]) AS n (subject, cluster)"
				  " ORDER BY subject, cluster"
				  " ON CONFLICT (subject, cluster) DO NOTHING";
	struct stmt *unused = database_query(db, cycle_postgres_unused_sql, f);

	if (!unused)
		return -1;
	postgres_set_bind(names, unused, 1);
	postgres_transaction(db)->has_new = true;
	if (queue_names(db, sql, names, f) || queue_names(db, lock_sql, names, f))
		return -1;
	return postgres_take(db, f);
}

/* Begins, locks the clusters' rows, and sets *count to how many there are. */
static int
begin(struct database *db, const struct postgres_set *names, int *count, struct fault *f)
{
	bool begun = postgres_transaction(db)->open; /* a rehearsal has begun already */
	int result = begun ? 0 : postgres_queue_begin(db, f);

	if (result == 0)
		result = queue_names(db, lock_sql, names, f);
	if (result == 0)
		result = postgres_take(db, f);
	if (!begun)
		result = postgres_begun(db, result, f);
	if (result == 0)
		*count = postgres_rows(postgres_ready(db, lock_sql));
	return result;
}

/* Retries once: the server may have closed the connection between two cycles. */
static int
begin_again(struct database *db, const struct postgres_set *names, int *count, struct fault *f)
{
	bool used = postgres_connected(postgres_of(db));
	int result = begin(db, names, count, f);

	if (result && used && !postgres_connected(postgres_of(db)) &&
		postgres_left_ms(postgres_of(db)) > PAUSE_MS)
		result = begin(db, names, count, f);
	return result;
}

int
store_begin(struct database *db, const struct cluster_name *names, size_t count, struct fault *f)
{
	struct postgres_set set;
	int have = 0;
	int result;

	postgres_set_init(&set, 2);
	for (size_t i = 0; i < count; i++) {
		postgres_set_text(&set, names[i].subject);
		postgres_set_text(&set, names[i].cluster);
	}
	postgres_transaction(db)->has_new = false;
	result = begin_again(db, &set, &have, f);
	/* a forget, or a refused first cycle, may delete the row again */
	for (int i = 0; i < LOCK_TRIES && result == 0 && (size_t)have < count; i++) {
		result = lock_new(db, &set, f);
		if (result == 0)
			have = postgres_rows(postgres_ready(db, lock_sql));
	}
	if (result == 0 && (size_t)have < count)
		result = fault_set(f, STATUS_TRY_AGAIN, "the clusters are removed again and again");
	if (result)
		store_rollback(db);
	postgres_set_free(&set);
	return result;
}

bool
store_retry(struct database *db, int tries)
{
	struct timespec pause = {0, (long)(clock_monotonic_ns() % (PAUSE_MS * 1000000LL))};

	if (tries >= TRIES || !postgres_transaction(db)->may_retry ||
		postgres_left_ms(postgres_of(db)) <= PAUSE_MS)
		return false;
	while (nanosleep(&pause, &pause) != 0 && errno == EINTR)
		continue;
	postgres_transaction(db)->retries = true;
	return true;
}

int
store_load(struct database *db, const struct verdict_cycle *v, struct loaded *l, struct fault *f)
{
	struct stmt *now = database_query(db, postgres_now_sql, f);
	struct cycle_asks asks;
	int64_t now_ms;

	if (!now || postgres_queue(now, f) || cycle_ask(&asks, db, v, f))
		return -1;
	for (int i = 0; i < CYCLE_ASKS; i++)
		if (postgres_queue(asks.stmts[i], f))
			return -1;
	if (postgres_take(db, f) || stmt_number(now, &now_ms, f))
		return -1;
	return cycle_take(&asks, now_ms, l, f);
}

int
store_heal(struct database *db, const struct verdict_cycle *v, struct fault *f)
{
	char at[TIMESTAMP_SIZE];

	timestamp_format(at, v->at_ms);
	for (size_t i = 0; i < STORE_HEALS; i++) {
		struct stmt *s = cycle_query(db, v, store_heal_sql[i], f);

		if (!s)
			return -1;
		stmt_bind_text(s, 3, at);
		if (postgres_queue(s, f))
			return -1;
	}
	return postgres_take(db, f);
}

int
store_recent(struct database *db, const struct verdict_cycle *v, const struct flap_ask *asks,
	size_t count, int64_t *counts, struct fault *f)
{
	static const char sql[] =
		"SELECT (SELECT count(*)"
		" FROM tickets AS t"
		" WHERE t.subject = $1 AND t.cluster = $2 AND t.violation_key = s.key"
		" AND t.status = 'resolved' AND t.created_at > s.since AND t.created_at <= $3)"
		" FROM unnest($4::text[], $5::text[]) WITH ORDINALITY AS s (key, since, n)"
		" ORDER BY s.n";
	struct stmt *row = cycle_query(db, v, sql, f);
	struct postgres_set set;
	char at[TIMESTAMP_SIZE];
	int got;

	if (!row)
		return -1;
	timestamp_format(at, v->at_ms);
	stmt_bind_text(row, 3, at);
	postgres_set_init(&set, 2);
	for (size_t i = 0; i < count; i++) {
		postgres_set_span(&set, asks[i].key);
		if (asks[i].since_ms < 0)
			postgres_set_text(&set, ""); /* before every time */
		else
			postgres_set_time(&set, asks[i].since_ms);
	}
	postgres_set_bind(&set, row, 4);
	postgres_set_free(&set);
	for (size_t i = 0; (got = stmt_step(row, f)) > 0 && i < count; i++)
		counts[i] = stmt_i64(row, 0);
	return got;
}
