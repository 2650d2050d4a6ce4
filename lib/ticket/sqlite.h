/* SPDX-License-Identifier: ISC */
#ifndef OP_SQLITE_H
#define OP_SQLITE_H

#include <stdbool.h>
#include <stdint.h>

struct database;
struct fault;

/* What opening a SQLite file needs beside database.h: between sqlite.c and sqlite_file.c alone. */

/*
 * Connects to an existing file, to read and write if its permissions let us.
 * The path is a file's name and nothing else; another process that has it
 * locked is waited for. NULL with the fault.
 */
struct database *sqlite_open(const char *path, int64_t wait_ms, struct fault *f);

/* A private database, gone with database_close(): a copy of source, or empty where that is NULL. */
struct database *sqlite_copy(struct database *source, struct fault *f);

/* How a file came to be, for database_discard(): ours if it was made and filled by us. */
struct sqlite_birth {
	const char *path;
	bool ours;
	int64_t version; /* data_version after that */
};

struct sqlite_birth *sqlite_birth(struct database *db);

/* The id of the row that was inserted last. */
int64_t sqlite_last_id(const struct database *db);

/* Runs statements that return no rows. */
int sqlite_exec(struct database *db, const char *sql, struct fault *f);

#endif
