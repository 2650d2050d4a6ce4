/* SPDX-License-Identifier: ISC */
#ifndef OP_CYCLE_SQLITE_H
#define OP_CYCLE_SQLITE_H

#include <stdint.h>

#include "base/timestamp.h"

struct changes;
struct database;
struct fault;
struct stmt;
struct verdict_cycle;

/* How SQLite applies a cycle: between cycle_sqlite.c and its parts alone. */

/* The statement with the cycle's cluster as $1 and $2. */
struct stmt *cycle_query(
	struct database *db, const struct verdict_cycle *v, const char *sql, struct fault *f);

/* The work on one cycle: its changes, and its time as the tables have it. */
struct apply {
	struct database *db;
	struct changes *c;
	char at[TIMESTAMP_SIZE];
};

/* The same. */
struct stmt *apply_query(struct apply *a, const char *sql, struct fault *f);

/* Binds a time; TIMESTAMP_NEVER is SQL's NULL. The text must last until the statement is done. */
void apply_bind_when(struct stmt *s, int n, char text[TIMESTAMP_SIZE], int64_t ms);

/* Notes the cycle, its checks, a gap before it, and what is unknown. */
int apply_cycle(struct apply *a, struct fault *f);

#endif
