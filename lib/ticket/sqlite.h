/* SPDX-License-Identifier: ISC */
#ifndef OP_SQLITE_H
#define OP_SQLITE_H

#include <stdbool.h>
#include <stdint.h>

struct database;
struct fault;

/* What opening an SQLite file needs besides database.h, for sqlite.c and sqlite_file.c only. */

/*
 * Connects to an existing file, for writing if its permissions allow that. The
 * path is never read as a URI. Waits if another process has locked it. NULL with
 * the fault.
 */
struct database *sqlite_open(const char *path, int64_t wait_ms, struct fault *f);

/* A private database until database_close(): a copy of source, or empty if that is NULL. */
struct database *sqlite_copy(struct database *source, struct fault *f);

/* How a file was created, for database_discard(): ours if we created and filled it. */
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
