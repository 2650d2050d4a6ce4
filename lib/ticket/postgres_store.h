/* SPDX-License-Identifier: ISC */
#ifndef OP_POSTGRES_STORE_H
#define OP_POSTGRES_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ticket/database.h"

struct postgres;

/*
 * What the PostgreSQL store has beside database.h: between postgres_*.c and
 * cycle_postgres*.c alone.
 */

enum { POSTGRES_VERSION = 3 }; /* of the schema */

/* A database of that connection, which becomes its own. */
struct database *postgres_database(struct postgres *p, enum database_mode mode);

struct postgres *postgres_of(struct database *db);

/* What is under way: for postgres_transaction.c and cycle_postgres*.c. */
struct postgres_transaction {
	enum database_mode mode;
	bool checked;	/* the schema is of our version */
	bool open;	/* it has begun */
	bool committed; /* COMMIT was done with what was applied */
	bool has_new;	/* rows of cycles were made, which may still be empty */
	bool may_retry; /* the last one was refused because of others */
	bool retries;	/* the next one goes on with the time of the last */
};
struct postgres_transaction *postgres_transaction(struct database *db);

/*
 * Does it change what others see? The time that is allowed then counts for all
 * of it. Else it locks nothing, and may have to wait for whom it reads from or
 * writes to: each question has that time.
 */
bool postgres_changes(const struct postgres_transaction *t);

/*
 * Sends a statement, once bound, with those that are to follow. Its rows are
 * there after postgres_take(): the first stmt_step() does not wait. A statement
 * that was not queued is sent by its first step.
 */
int postgres_queue(struct stmt *s, struct fault *f);

/* The same for a statement without parameters. */
int postgres_queue_text(struct database *db, const char *sql, struct fault *f);

/*
 * Queues what begins a transaction: BEGIN itself, timeouts that end before ours
 * does, and the first time a look at the version. Once it was taken,
 * postgres_begun() checks that; it also rolls back where that or, with
 * `result`, taking it has failed.
 */
int postgres_queue_begin(struct database *db, struct fault *f);
int postgres_begun(struct database *db, int result, struct fault *f);

/* Refuses another version of the schema than ours; 0 is none at all. */
int postgres_judge_version(struct database *db, int64_t version, struct fault *f);

/* The statement of this text that has been taken and not been read. */
struct stmt *postgres_ready(struct database *db, const char *sql);

/* COMMIT; what is queued is then taken as a whole. */
int postgres_queue_commit(struct database *db, struct fault *f);

/* Takes the answers to what is queued: one round trip. -1: one has failed. */
int postgres_take(struct database *db, struct fault *f);

/* The time by the server's clock, in milliseconds: one row. */
extern const char postgres_now_sql[];

/* What store_expect.h has fetched ahead: of ids[at] on, up to `end`. */
struct postgres_ahead {
	struct stmt *rows;
	size_t end;
};
struct postgres_expected {
	int64_t *ids;
	size_t count;
	size_t at; /* the one that was asked for last */
	struct postgres_ahead tickets, events;
};
struct postgres_expected *postgres_expected(struct database *db);

/* How many rows it has. Row `row` becomes the current one. */
int postgres_rows(const struct stmt *s);
void postgres_seek(struct stmt *s, int row);

/* Steps go through the rows from `from` to before `to`, and the others stay, too. */
void postgres_window(struct stmt *s, int from, int to);

#endif
