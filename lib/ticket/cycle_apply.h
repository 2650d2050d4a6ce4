/* SPDX-License-Identifier: ISC */
#ifndef OP_CYCLE_APPLY_H
#define OP_CYCLE_APPLY_H

#include <stdint.h>

#include "base/timestamp.h"

struct changes;
struct database;
struct fault;
struct loaded;
struct stmt;
struct verdict_cycle;

/*
 * How a cycle is loaded and applied: what the stores share, and the parts that
 * each has of its own. For cycle_*.c only.
 */

/* A statement with the cycle's subject and cluster as $1 and $2. */
struct stmt *cycle_query(
	struct database *db, const struct verdict_cycle *v, const char *sql, struct fault *f);

/*
 * The queries for all that store_load() loads except the clock. They are the same
 * for both stores, but one of them sends all before it reads any.
 */
enum { CYCLE_ASKS = 5 };
struct cycle_asks {
	struct database *db;
	const struct verdict_cycle *cycle;
	struct stmt *stmts[CYCLE_ASKS];
	char at[TIMESTAMP_SIZE];
};

/* Prepares the queries. The struct must not move until they have been read. 0 or -1. */
int cycle_ask(
	struct cycle_asks *a, struct database *db, const struct verdict_cycle *v, struct fault *f);

/* Reads their rows; now_ms is the database's clock. *l is set on success. 0 or -1. */
int cycle_take(struct cycle_asks *a, int64_t now_ms, struct loaded *l, struct fault *f);

/* The work on one cycle: its changes, and its time as the tables have it. */
struct apply {
	struct database *db;
	struct changes *c;
	char at[TIMESTAMP_SIZE];
};

/* The same as cycle_query(). */
struct stmt *apply_query(struct apply *a, const char *sql, struct fault *f);

/* Binds a time; TIMESTAMP_NEVER is SQL's NULL. The text must last until apply_run(). */
void apply_bind_when(struct stmt *s, int n, char text[TIMESTAMP_SIZE], int64_t ms);

/* Stores the cycle, its lease, a gap before it, its checks and unknown verdicts. 0 or -1. */
int apply_cycle(struct apply *a, struct fault *f);

/* The end of an INSERT into checks, which keeps what this cycle does not know. */
#define APPLY_MERGE_CHECK                                                          \
	" ON CONFLICT (subject, cluster, invariant_name) DO UPDATE"                \
	" SET last_complete_at ="                                                  \
	" coalesce(excluded.last_complete_at, checks.last_complete_at),"           \
	" last_known_at = coalesce(excluded.last_known_at, checks.last_known_at)," \
	" last_listed_at = excluded.last_listed_at,"                               \
	" error = excluded.error,"                                                 \
	" unknown_digest = CASE WHEN excluded.last_complete_at IS NULL"            \
	" THEN checks.unknown_digest ELSE excluded.unknown_digest END"

/*
 * One implementation for each store. apply_run() runs a statement that returns no
 * rows, or queues it; its texts need not last longer. apply_lease() needs
 * a->c->lease. apply_unknown() changes only invariants whose unknown records have
 * changed.
 */
int apply_run(struct stmt *s, struct fault *f);
int apply_lease(struct apply *a, struct fault *f);
int apply_checks(struct apply *a, struct fault *f);
int apply_unknown(struct apply *a, struct fault *f);

#endif
