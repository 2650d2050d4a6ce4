/* SPDX-License-Identifier: ISC */
#ifndef OP_PENDING_H
#define OP_PENDING_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "ticket/verdict_cycle.h"

struct database;
struct fault;
struct stmt;

/* The table pending: violations within their grace, which are not tickets yet. */

struct pending_row {
	struct span key;
	struct span invariant;
	int64_t first_seen_ms;
	int64_t last_seen_ms;
};

struct pending_rows {
	struct pending_row *items;
	size_t count, cap;
	struct arena texts;
};

void pending_free(struct pending_rows *p);

/* The query for a cluster's pending violations; and reading its rows into *p, which is zeroed. */
struct stmt *pending_ask(
	struct database *db, const char *subject, const char *cluster, struct fault *f);
int pending_take(struct stmt *row, struct pending_rows *p, struct fault *f);

/*
 * The pending violations of a subject and cluster (NULL: any), sorted by
 * opens_at: subject, cluster, invariant_name, store_id, first_seen_at,
 * last_seen_at, opens_at, severity, message. To be stepped.
 */
struct stmt *pending_list(
	struct database *db, const char *subject, const char *cluster, struct fault *f);

/* How many there are. */
int pending_count(struct database *db, const char *subject, const char *cluster, int64_t *count,
	struct fault *f);

/* Deletes those of an invariant, or if it is NULL of all. Returns their number, or -1. */
int64_t pending_forget(struct database *db, const char *subject, const char *cluster,
	const char *invariant, struct fault *f);

/* See store_heal(). */
extern const char pending_heal_sql[];

#endif
