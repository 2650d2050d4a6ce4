/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <string.h>

#include "base/fault.h"
#include "ticket/database.h"
#include "ticket/postgres.h"
#include "ticket/postgres_fault.h"
#include "ticket/postgres_store.h"

static const char version_sql[] = "SELECT version FROM op_store";

/* Queues the server's timeouts: each is a part of the time left. */
static int
queue_limits(struct database *db, struct fault *f)
{
	static const char sql[] =
		"SELECT set_config('lock_timeout', $1, true), set_config('statement_timeout', $2,"
		" true), set_config('idle_in_transaction_session_timeout', $2, true)";
	int64_t left_ms = postgres_left_ms(postgres_of(db));
	struct stmt *s = database_query(db, sql, f);

	if (!s)
		return -1;
	stmt_bind_i64(s, 1, left_ms / 2 + 1);
	stmt_bind_i64(s, 2, left_ms - left_ms / 4);
	return postgres_queue(s, f);
}

int
postgres_queue_begin(struct database *db, struct fault *f)
{
	static const char read_sql[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
	static const char rehearse_sql[] = "BEGIN ISOLATION LEVEL REPEATABLE READ";
	static const char change_sql[] = "BEGIN ISOLATION LEVEL READ COMMITTED";
	struct postgres_transaction *t = postgres_transaction(db);
	const char *begin = t->mode == DATABASE_READ || t->mode == DATABASE_COPY ? read_sql
			    : t->mode == DATABASE_REHEARSE			 ? rehearse_sql
										 : change_sql;

	assert(!t->open);
	if (postgres_connect(postgres_of(db), f))
		return -1;
	if (!t->retries)
		postgres_restart(postgres_of(db));
	t->retries = false;
	t->committed = false;
	t->may_retry = false;
	t->open = true;
	if (postgres_queue_text(db, begin, f))
		return -1;
	if (postgres_changes(t) && queue_limits(db, f))
		return -1;
	return t->checked ? 0 : postgres_queue_text(db, version_sql, f);
}

int
postgres_judge_version(struct database *db, int64_t version, struct fault *f)
{
	const char *name = postgres_name(postgres_of(db));

	if (version < 1)
		return postgres_fault(f, name, "42P01", "");
	if (version > POSTGRES_VERSION) {
		fault_put(f, STATUS_CONFIG,
			"%s: its version %lld is newer than this op-ticket, which knows %d", name,
			(long long)version, POSTGRES_VERSION);
		f->newer = true;
		return -1;
	}
	if (version < POSTGRES_VERSION)
		return fault_set(f, STATUS_CONFIG,
			"%s: its version %lld is older than %d; to upgrade it: op-ticket --db URI "
			"migrate",
			name, (long long)version, POSTGRES_VERSION);
	return 0;
}

static int
check_version(struct database *db, struct fault *f)
{
	struct stmt *row = postgres_ready(db, version_sql);
	int64_t version = 0;
	int got = stmt_step(row, f);

	if (got > 0)
		version = stmt_i64(row, 0);
	stmt_reset(row);
	return got < 0 ? -1 : postgres_judge_version(db, version, f);
}

int
postgres_begun(struct database *db, int result, struct fault *f)
{
	struct postgres_transaction *t = postgres_transaction(db);

	if (result == 0 && !t->checked)
		result = check_version(db, f);
	t->checked |= result == 0;
	if (result)
		database_rollback(db);
	return result;
}

int
database_begin(struct database *db, struct fault *f)
{
	if (postgres_transaction(db)->open) /* a rehearsal is one transaction */
		return 0;
	return postgres_begun(db, postgres_queue_begin(db, f) || postgres_take(db, f) ? -1 : 0, f);
}

/* A database that is only read has one transaction, from opening to closing. */
int
database_begin_read(struct database *db, struct fault *f)
{
	(void)f;
	assert(postgres_transaction(db)->open);
	(void)db;
	return 0;
}

int
database_commit(struct database *db, struct fault *f)
{
	struct postgres_transaction *t = postgres_transaction(db);

	if (t->mode == DATABASE_REHEARSE || t->committed) {
		t->open = t->mode == DATABASE_REHEARSE;
		return 0;
	}
	if (postgres_queue_commit(db, f) == 0 && postgres_take(db, f) == 0) {
		t->open = false;
		return 0;
	}
	database_rollback(db);
	return -1;
}

/* A deadlock, or a transaction that could not be serialized. */
static bool
is_because_of_others(const char *state)
{
	return strncmp(state, "40", 2) == 0;
}

void
database_rollback(struct database *db)
{
	static const char sql[] = "ROLLBACK";
	struct postgres_transaction *t = postgres_transaction(db);
	struct fault ignored; /* closing the connection rolls back, too */

	if (!t->open || t->mode == DATABASE_READ || t->mode == DATABASE_COPY)
		return;
	t->open = false;
	/* a successful ROLLBACK would clear the state */
	t->may_retry = postgres_changes(t) && is_because_of_others(postgres_state(postgres_of(db)));
	if (t->committed || !postgres_connected(postgres_of(db)))
		return;
	if (postgres_queue_text(db, sql, &ignored) || postgres_take(db, &ignored))
		postgres_disconnect(postgres_of(db));
}
