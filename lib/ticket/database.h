/* SPDX-License-Identifier: ISC */
#ifndef OP_DATABASE_H
#define OP_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct fault;

/*
 * The ticket database: a connection and its statements. This is all that the
 * rest of op-ticket knows of the store, which is an SQLite file (sqlite.c) or a
 * PostgreSQL schema (postgres.c), depending on how the program was linked. Errors
 * become faults that name the database: 65 corrupt or not a ticket database, 74
 * failed I/O, 75 locked, full or out of reach, 77 no permission, 78 a newer
 * schema.
 */
struct database;
struct stmt;

/* Which database, and how long it may take. */
struct database_target {
	const char *name;   /* the value of --db, or NULL */
	int64_t timeout_ms; /* the value of --db-timeout, or -1 */
};

/*
 * Replaces this program by the one that serves the database, with the same
 * arguments: op-ticket-pg serves postgres:// and postgresql://. 0 if this program
 * serves it. -1 with STATUS_CONFIG if that program is not installed, with
 * STATUS_USAGE for a URI with a password in it.
 */
int database_hand_over(const struct database_target *t, char **argv, struct fault *f);

enum database_mode {
	DATABASE_READ, /* a missing file is *db = NULL; nothing is written, not even a migration */
	DATABASE_CHANGE,   /* a missing file is *db = NULL */
	DATABASE_CREATE,   /* a missing file is created, 0600, or 0660 in a group's folder */
	DATABASE_COPY,	   /* a private copy, to be read slowly; a missing file is *db = NULL */
	DATABASE_REHEARSE, /* a private copy, empty if the file is missing */
};

/*
 * Opens the database: the target's, else $OP_DB, else ~/.operator/tickets.db,
 * whose folder DATABASE_CREATE creates, 0700. An older schema is migrated. A
 * newer schema is refused with STATUS_CONFIG, a database that is not ours with
 * STATUS_DATA; neither is changed. 0 or -1.
 *
 * With PostgreSQL *db is never NULL. Its schema is neither created nor migrated
 * here: STATUS_CONFIG if it is missing or of another version. It connects when
 * needed; the timeout begins then, or with the next transaction.
 */
int database_open(struct database **db, const struct database_target *t, enum database_mode mode,
	struct fault *f);

/* Creates the tables unless they exist. Sets *made. 0 or -1. */
int database_create(const struct database_target *t, bool *made, struct fault *f);

/*
 * Migrates an older schema from version *from to *to. They are equal if there was
 * nothing to do, and 0 if there is no database.
 */
int database_migrate(const struct database_target *t, int64_t *from, int64_t *to, struct fault *f);

/*
 * Whether its file has more than one name. Then nothing may write to it, and
 * readers may miss the content of a journal under another name.
 */
bool database_is_linked(const struct database_target *t);

/* The name that database_open() uses, the caller's to free(), or NULL. */
char *database_name(const struct database_target *t);

void database_close(struct database *db); /* NULL too */

/*
 * Closes it after a failure. Removes the file if database_open() has created it
 * and no other process has written to it since.
 */
void database_discard(struct database *db);

/* The one number that a query without parameters returns, as stmt_number() reads it. */
int database_number(struct database *db, const char *sql, int64_t *out, struct fault *f);

/* A transaction that excludes other writers; one that cannot be committed is rolled back. */
int database_begin(struct database *db, struct fault *f);
int database_commit(struct database *db, struct fault *f);
void database_rollback(struct database *db); /* also without a transaction */

/* A read transaction: one view of the data until database_rollback(). */
int database_begin_read(struct database *db, struct fault *f);

/* The time by the database's clock, which all its users share. */
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

/* The same with one more text, as $3. */
struct stmt *database_query_with(struct database *db, const char *sql, const char *subject,
	const char *cluster, const char *text, struct fault *f);

/* Runs such a statement. Returns how many rows it changed, or -1. */
int64_t database_run_with(struct database *db, const char *sql, const char *subject,
	const char *cluster, const char *text, struct fault *f);

/* The same as database_query() with an id and a time as $1 and $2. */
struct stmt *database_query_at(
	struct database *db, const char *sql, int64_t id, const char *at, struct fault *f);

/*
 * Parameters, $1 first. Texts are not copied and must last until the statement is
 * done. NULL is SQL's NULL. A parameter that is not bound again keeps its value.
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

/*
 * Runs a statement whose rows have one number each. *numbers is the caller's to
 * free(), also after a failure. 0 or -1.
 */
int stmt_numbers(struct stmt *row, int64_t **numbers, size_t *count, struct fault *f);

/* Runs a statement that returns no rows. 0 or -1. */
int stmt_run(struct stmt *s, struct fault *f);

/* Drops the rows that have not been read. */
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
