/* SPDX-License-Identifier: ISC */
#ifndef OP_CHECKS_H
#define OP_CHECKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"

struct database;
struct fault;
struct stmt;

/* The table checks: when each invariant was last evaluated, and the result. */

struct check_row {
	struct span invariant;
	int64_t last_complete_ms; /* or TIMESTAMP_NEVER */
	struct span
		unknown_digest; /* of its rows in the table unknown; at is NULL: there are none */
};

struct check_rows {
	struct check_row *items;
	size_t count, cap;
	struct arena texts;
};

void checks_free(struct check_rows *c);

/* The query for the checks of a cluster; and reading its rows into *c, which is zeroed. */
struct stmt *checks_ask(
	struct database *db, const char *subject, const char *cluster, struct fault *f);
int checks_take(struct stmt *row, struct check_rows *c, struct fault *f);

/* Deletes the checks of an invariant, or if it is NULL of all. Returns their number, or -1. */
int64_t checks_forget(struct database *db, const char *subject, const char *cluster,
	const char *invariant, struct fault *f);

/*
 * Invariants without a complete check since then, a time as in the table:
 * invariant_name, last_complete_at, last_listed_at. To be stepped; the texts
 * must last until it is done.
 */
struct stmt *checks_late(struct database *db, const char *subject, const char *cluster,
	const char *since, struct fault *f);

/*
 * Invariants without a known verdict since then (a time as in the table) or ever,
 * except those with nothing to measure: invariant_name, last_known_at. To be
 * stepped; the texts must last until then.
 */
struct stmt *checks_blind(struct database *db, const char *subject, const char *cluster,
	const char *since, struct fault *f);

/* The invariants that any cluster has checked, each once. To be stepped. */
struct stmt *checks_names(struct database *db, struct fault *f);

/* Deletes the checks that no cycle has listed since then. */
int checks_prune(struct database *db, const char *before, struct fault *f);

/* See store_heal(). */
extern const char checks_heal_complete_sql[];
extern const char checks_heal_known_sql[];

#endif
