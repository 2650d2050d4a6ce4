/* SPDX-License-Identifier: ISC */
#ifndef OP_POSTGRES_H
#define OP_POSTGRES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fault;
struct pg_result;

/*
 * A connection to PostgreSQL: a pipeline of statements. postgres.c is the only
 * file that includes libpq; postgres_stmt.c implements database.h with it.
 *
 * One deadline covers everything from connecting, or from the beginning of a
 * transaction, to the answer to its COMMIT. It is enforced here, with libpq's
 * non-blocking calls, because no timeout of the server ends a COMMIT that waits
 * for a synchronous standby.
 *
 * Nothing is kept in the session, because pgbouncer may give each transaction
 * another one: prepared statements have no names, and settings must be local to
 * their transaction.
 *
 * A failure is a fault with the status of its SQLSTATE (postgres_fault.h). The
 * connection is dropped if there is no SQLSTATE, or if the server closed it.
 */
struct postgres;

/*
 * A connection to this URI, which messages call `name`. change: it will write,
 * so that of several hosts a writable one is chosen. Does not connect yet.
 */
struct postgres *postgres_new(const char *uri, const char *name, int64_t timeout_ms, bool change);
void postgres_free(struct postgres *p); /* NULL too */

/* Connects, unless it is connected, and starts the deadline. */
int postgres_connect(struct postgres *p, struct fault *f);
bool postgres_connected(const struct postgres *p);
void postgres_disconnect(struct postgres *p);

/* Restarts the deadline, unless the connection is new. */
void postgres_restart(struct postgres *p);
int64_t postgres_left_ms(const struct postgres *p); /* until the deadline, at least 1 */

/*
 * Queues a statement. Its values, $1 first, are texts, NULL for SQL's NULL; they
 * are copied. postgres_flush() sets *answer, which must be NULL until then and
 * belongs to the caller.
 */
int postgres_send(struct postgres *p, const char *sql, int count, const char *const *values,
	struct pg_result **answer, struct fault *f);

/* Queues COMMIT, as the last one. If its outcome is not known, the fault is `unknown`. */
int postgres_send_commit(struct postgres *p, struct fault *f);

/*
 * Takes the answers to everything queued, in one round trip. -1 if a statement
 * failed; those after it were not run.
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
