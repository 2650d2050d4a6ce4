/* SPDX-License-Identifier: ISC */
#ifndef OP_SQLITE_H
#define OP_SQLITE_H

#include <stdbool.h>

struct database;
struct fault;

/* What opening a SQLite file needs beside database.h: between sqlite.c and sqlite_file.c alone. */

/*
 * Connects to an existing file, to read and write if its permissions let us.
 * The path is a file's name and nothing else. NULL with the fault.
 */
struct database *sqlite_open(const char *path, struct fault *f);

/* A private database, gone with database_close(): a copy of source, or empty where that is NULL. */
struct database *sqlite_copy(struct database *source, struct fault *f);

/* Runs statements that return no rows. */
int sqlite_exec(struct database *db, const char *sql, struct fault *f);

#endif
