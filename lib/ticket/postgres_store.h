/* SPDX-License-Identifier: ISC */
#ifndef OP_POSTGRES_STORE_H
#define OP_POSTGRES_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ticket/database.h"

struct postgres;

/*
 * The inside of the PostgreSQL store, for postgres_*.c and cycle_postgres*.c
 * only.
 */

enum { POSTGRES_VERSION = 3 }; /* of the schema */

/* Makes a database of a connection, and owns it. */
struct database *postgres_database(struct postgres *p, enum database_mode mode);

struct postgres *postgres_of(struct database *db);

/* For postgres_transaction.c and cycle_postgres*.c. */
struct postgres_transaction {
	enum database_mode mode;
	bool checked;	/* the schema is of our version */
	bool open;	/* it has begun */
	bool committed; /* store_apply() included the COMMIT */
	bool has_new;	/* rows were added to cycles, which may still be empty */
	bool may_retry; /* the last one failed because of concurrent ones */
	bool retries;	/* the next one keeps the deadline of the last */
};
struct postgres_transaction *postgres_transaction(struct database *db);

/*
 * Whether it changes what others see. If so, one deadline covers all of it.
 * Otherwise it holds no locks and may have to wait for its input or output, so
 * that each query has a deadline of its own.
 */
bool postgres_changes(const struct postgres_transaction *t);

/*
 * Queues a bound statement. After postgres_take() its first stmt_step() does not
 * wait. A statement that was not queued is sent by its first step.
 */
int postgres_queue(struct stmt *s, struct fault *f);

/* The same for a statement without parameters. */
int postgres_queue_text(struct database *db, const char *sql, struct fault *f);

/*
 * Queues BEGIN, timeouts for the server that end before ours and, the first
 * time, a query for the version of the schema. postgres_begun() then checks that
 * version; `result` is that of postgres_take(). If either failed, it rolls back.
 */
int postgres_queue_begin(struct database *db, struct fault *f);
int postgres_begun(struct database *db, int result, struct fault *f);

/* Refuses any version of the schema but ours; 0 means that there is no schema. */
int postgres_judge_version(struct database *db, int64_t version, struct fault *f);

/* The statement with this text, whose rows were taken but not read yet. */
struct stmt *postgres_ready(struct database *db, const char *sql);

/* Queues COMMIT, as the last one before postgres_take(). */
int postgres_queue_commit(struct database *db, struct fault *f);

/* Takes the answers to everything queued, in one round trip. -1 if one failed. */
int postgres_take(struct database *db, struct fault *f);

/* The time by the server's clock, in milliseconds: one row. */
extern const char postgres_now_sql[];

/* The rows that store_expect.h fetched ahead, for the ids before `end`. */
struct postgres_ahead {
	struct stmt *rows;
	size_t end;
};
struct postgres_expected {
	int64_t *ids;
	size_t count;
	size_t at; /* the id asked for last */
	struct postgres_ahead tickets, events;
};
struct postgres_expected *postgres_expected(struct database *db);

/* The number of rows; and a row to make the current one. */
int postgres_rows(const struct stmt *s);
void postgres_seek(struct stmt *s, int row);

/* Limits the steps to the rows before `to`, beginning with `from`. The others are kept. */
void postgres_window(struct stmt *s, int from, int to);

#endif
