/* SPDX-License-Identifier: ISC */
#ifndef OP_CYCLE_POSTGRES_H
#define OP_CYCLE_POSTGRES_H

#include "base/timestamp.h"

struct changes;
struct database;
struct fault;
struct stmt;
struct verdict_cycle;

/*
 * How PostgreSQL applies a cycle: sets of rows, all in one pipeline. Between
 * the files cycle_postgres*.c alone.
 */

/* The statement with the cycle's cluster as $1 and $2. */
struct stmt *cycle_postgres_query(
	struct database *db, const struct verdict_cycle *v, const char *sql, struct fault *f);

/* Deletes the rows of cycles that store_begin() has made and no cycle has filled. */
extern const char cycle_postgres_unused_sql[];

/* The work on one cycle: its changes, and its time as the tables have it. */
struct apply {
	struct database *db;
	struct changes *c;
	char at[TIMESTAMP_SIZE];
};

/* Queue what changes unresolved tickets, and the rows of pending. */
int apply_tickets(struct apply *a, struct fault *f);
int apply_pending(struct apply *a, struct fault *f);

/* Queues the cycle, its checks, a gap before it, and what is unknown. */
int apply_cycle(struct apply *a, struct fault *f);

#endif
