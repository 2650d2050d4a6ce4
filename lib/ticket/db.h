/* SPDX-License-Identifier: ISC */
#ifndef OP_DB_H
#define OP_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fault;

/*
 * A connection to the ticket database, and its statements: all that
 * op-ticket knows of SQLite's C interface. Errors become faults that name the
 * file: 65 corrupt or no database, 74 failed I/O, 75 locked or full, 77 no
 * permission.
 */
struct db;
struct stmt;

enum { DB_BUSY_MS = 10000 }; /* how long to wait for another process */

/*
 * Opens an existing file, to read and write if its permissions let us. The
 * path is a file's name and nothing else. NULL with the fault.
 */
struct db *db_open(const char *path, struct fault *f);

/* A private database, gone with db_close(): a copy of source, or empty where that is NULL. */
struct db *db_copy(struct db *source, struct fault *f);

void db_close(struct db *db);

/* Is the file there to be read only? */
bool db_readonly(const struct db *db);

/* Runs statements that give no rows. */
int db_exec(struct db *db, const char *sql, struct fault *f);

/* The one number that a query gives. */
int db_number(struct db *db, const char *sql, int64_t *out, struct fault *f);

/* BEGIN IMMEDIATE, COMMIT; a transaction that could not be committed is rolled back. */
int db_begin(struct db *db, struct fault *f);
int db_commit(struct db *db, struct fault *f);
void db_rollback(struct db *db); /* also where there is none */

/* A read transaction: one view of the data until db_rollback(). */
int db_begin_read(struct db *db, struct fault *f);

int64_t db_last_id(const struct db *db);
int64_t db_changes(const struct db *db);

/*
 * The statement for this text, ready to be bound; it is the db's and compiled
 * once. sql is a string that stays where it is: `static const char sql[]`.
 */
struct stmt *db_query(struct db *db, const char *sql, struct fault *f);

/*
 * Parameters, from 1. Texts are not copied: they stay until the statement is
 * done. NULL is SQL's NULL. What is not bound again keeps its value.
 */
void stmt_bind_null(struct stmt *s, int n);
void stmt_bind_i64(struct stmt *s, int n, int64_t value);
void stmt_bind_double(struct stmt *s, int n, double value);
void stmt_bind_text(struct stmt *s, int n, const char *text);
void stmt_bind_text_n(struct stmt *s, int n, const char *text, size_t len);

/* 1: a row; 0: done, and ready to be bound again; -1: failed, likewise. */
int stmt_step(struct stmt *s, struct fault *f);

/* Runs a statement that gives no rows. 0 or -1. */
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

#endif
