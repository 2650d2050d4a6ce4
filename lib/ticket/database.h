/* SPDX-License-Identifier: ISC */
#ifndef OP_DATABASE_H
#define OP_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct fault;

/*
 * The ticket database: a connection and its statements. All that the rest of
 * op-ticket knows of the store below it: a file of SQLite (sqlite.c), or a
 * schema of PostgreSQL (postgres.c), as the program was linked. Errors become
 * faults that name the database: 65 corrupt or not one of tickets, 74 failed
 * I/O, 75 locked, full or out of reach, 77 no permission, 78 a newer schema.
 */
struct database;
struct stmt;

/* Which database, and how long it may take. */
struct database_target {
	const char *name;   /* what --db says, or NULL */
	int64_t timeout_ms; /* what --db-timeout says, or -1 */
};

/*
 * A database that another program serves: postgres:// and postgresql:// are
 * op-ticket-pg's, which then replaces this one, with the same arguments. 0:
 * this program serves it. -1: STATUS_CONFIG where that program is not
 * installed, STATUS_USAGE for a URI with a password in it.
 */
int database_hand_over(const struct database_target *t, char **argv, struct fault *f);

enum database_mode {
	DATABASE_READ, /* a missing file is *db = NULL; nothing is written, not even a migration */
	DATABASE_CHANGE,   /* a missing file is *db = NULL */
	DATABASE_CREATE,   /* a missing file is created, 0600, or 0660 in a group's folder */
	DATABASE_COPY,	   /* a private copy, to be read at leisure; a missing file is *db = NULL */
	DATABASE_REHEARSE, /* a private copy, empty where the file is missing */
};

/*
 * Opens the database: the target's, or $OP_DB where that is NULL, or else
 * ~/.operator/tickets.db, whose folder DATABASE_CREATE makes, 0700. An older
 * schema is migrated; a newer one is refused with STATUS_CONFIG, a database
 * that is not ours with STATUS_DATA, and neither is touched. 0 or -1.
 *
 * PostgreSQL: there is always one. Its schema is neither made nor migrated here:
 * STATUS_CONFIG where it is missing or of another version. The connection is
 * made at the first need, and the time that the target allows begins then, or
 * with the next transaction.
 */
int database_open(struct database **db, const struct database_target *t, enum database_mode mode,
	struct fault *f);

/* Makes the tables, unless they are there. Sets *made. 0 or -1. */
int database_create(const struct database_target *t, bool *made, struct fault *f);

/*
 * Brings an older schema to this version: from *from to *to, which are equal
 * where there was nothing to do, and 0 where there is no database.
 */
int database_migrate(const struct database_target *t, int64_t *from, int64_t *to, struct fault *f);

/*
 * Has its file more than one name? Then nothing may write to it, and who reads
 * it may miss what a journal under another name holds.
 */
bool database_is_linked(const struct database_target *t);

/* The name that database_open() goes by, the caller's to free(); NULL: there is none. */
char *database_name(const struct database_target *t);

void database_close(struct database *db); /* NULL too */

/*
 * Closes it after all was in vain: a file that database_open() has made is
 * removed, unless another process has written to it since.
 */
void database_discard(struct database *db);

/* The one number that a query without parameters returns, as stmt_number() reads it. */
int database_number(struct database *db, const char *sql, int64_t *out, struct fault *f);

/* A transaction that excludes other writers; one that cannot be committed is rolled back. */
int database_begin(struct database *db, struct fault *f);
int database_commit(struct database *db, struct fault *f);
void database_rollback(struct database *db); /* also where there is none */

/* A read transaction: one view of the data until database_rollback(). */
int database_begin_read(struct database *db, struct fault *f);

/* The time by the database's clock, which all who use it share. */
int database_now(struct database *db, int64_t *ms, struct fault *f);

/* How many rows the last statement has changed. */
int64_t database_changes(const struct database *db);

/*
 * The statement for this text, ready to be bound; it belongs to the database
 * and is compiled once. sql is a string that stays where it is: `static const
 * char sql[]`.
 */
struct stmt *database_query(struct database *db, const char *sql, struct fault *f);

/* The same with a subject and a cluster as $1 and $2; NULL is SQL's NULL. */
struct stmt *database_query_of(struct database *db, const char *sql, const char *subject,
	const char *cluster, struct fault *f);

/* The same with an id and a time as $1 and $2. */
struct stmt *database_query_at(
	struct database *db, const char *sql, int64_t id, const char *at, struct fault *f);

/*
 * Parameters, $1 and on. Texts are not copied: they stay until the statement is
 * done. NULL is SQL's NULL. What is not bound again keeps its value.
 */
void stmt_bind_null(struct stmt *s, int n);
void stmt_bind_i64(struct stmt *s, int n, int64_t value);
void stmt_bind_double(struct stmt *s, int n, double value);
void stmt_bind_text(struct stmt *s, int n, const char *text);
void stmt_bind_span(struct stmt *s, int n, struct span text);

/* 1: a row; 0: done, and ready to be bound again; -1: failed, likewise. */
int stmt_step(struct stmt *s, struct fault *f);

/* Hands each row to take(), until that returns -1. 0 after the last one, or -1. */
int stmt_each(struct stmt *row, int (*take)(void *to, struct stmt *row, struct fault *f), void *to,
	struct fault *f);

/* Runs a statement that returns one number: *out, or 0 if there is no row. 0 or -1. */
int stmt_number(struct stmt *row, int64_t *out, struct fault *f);

/* Runs a statement that returns no rows. 0 or -1. */
int stmt_run(struct stmt *s, struct fault *f);

/* Leaves the rows that have not been read. */
void stmt_reset(struct stmt *s);

/* The columns of the row, from 0. Texts are valid until the next step; NULL for SQL's NULL. */
int stmt_columns(const struct stmt *s);
const char *stmt_name(struct stmt *s, int column);
bool stmt_is_null(struct stmt *s, int column);
bool stmt_is_integer(struct stmt *s, int column);
int64_t stmt_i64(struct stmt *s, int column);
double stmt_double(struct stmt *s, int column);
const char *stmt_text(struct stmt *s, int column, size_t *len);
struct span stmt_span(struct stmt *s, int column);

#endif
