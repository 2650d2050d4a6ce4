/* SPDX-License-Identifier: ISC */
#ifndef OP_POSTGRES_H
#define OP_POSTGRES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fault;
struct pg_result;

/*
 * A connection to PostgreSQL: a pipeline of statements. postgres.c is the one
 * file that includes libpq; postgres_stmt.c makes a database.h of it.
 *
 * One deadline counts for all that is done between connecting, or the begin of
 * a transaction, and the answer to its COMMIT. It is kept on this side, by
 * libpq without blocking: a COMMIT that waits for a synchronous standby ends by
 * no timeout of the server.
 *
 * Nothing is kept in the session, so that a pgbouncer may give each
 * transaction another one: prepared statements have no names, and settings are
 * to be local to their transaction.
 *
 * A failure is a fault with the status of its SQLSTATE (postgres_fault.h). One
 * without a SQLSTATE, or after which the server hangs up, also drops the
 * connection.
 */
struct postgres;

/*
 * For this URI, by this name in messages; change: not only to read, so that of
 * several hosts the one that takes changes is meant. Connects to nothing yet.
 */
struct postgres *postgres_new(const char *uri, const char *name, int64_t timeout_ms, bool change);
void postgres_free(struct postgres *p); /* NULL too */

/* Connects unless it is connected; the time counts from then. */
int postgres_connect(struct postgres *p, struct fault *f);
bool postgres_connected(const struct postgres *p);
void postgres_disconnect(struct postgres *p);

/* Counts the time anew, unless it has just been connected. */
void postgres_restart(struct postgres *p);
int64_t postgres_left_ms(const struct postgres *p); /* what is left of it, at least 1 */

/*
 * Sends a statement with those that are to follow. Its values, of $1 and on,
 * are texts, NULL for SQL's NULL; they are copied. *answer, NULL until then, is
 * set by postgres_flush() and belongs to the caller.
 */
int postgres_send(struct postgres *p, const char *sql, int count, const char *const *values,
	struct pg_result **answer, struct fault *f);

/* COMMIT, as the last one: if it may have been done or not, the fault is unknown. */
int postgres_send_commit(struct postgres *p, struct fault *f);

/*
 * Takes the answers to all that was sent, in one round trip. -1: one has
 * failed, and those after it were not done.
 */
int postgres_flush(struct postgres *p, struct fault *f);

const char *postgres_state(const struct postgres *p); /* the SQLSTATE of the last failure, or "" */
const char *postgres_name(const struct postgres *p);

/* The rows of an answer. */
enum postgres_type { POSTGRES_TEXT, POSTGRES_BOOL, POSTGRES_INTEGER, POSTGRES_DOUBLE };
void postgres_result_free(struct pg_result *r); /* NULL too */
int postgres_row_count(const struct pg_result *r);
int postgres_column_count(const struct pg_result *r);
int64_t postgres_changed(struct pg_result *r); /* how many rows were inserted, updated or deleted */
const char *postgres_column_name(const struct pg_result *r, int column);
enum postgres_type postgres_column_type(const struct pg_result *r, int column);
const char *postgres_value(const struct pg_result *r, int row, int column, size_t *len);

#endif
