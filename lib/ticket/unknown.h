/* SPDX-License-Identifier: ISC */
#ifndef OP_UNKNOWN_H
#define OP_UNKNOWN_H

#include <stdint.h>

struct database;
struct fault;

/* The table unknown: the unknown verdicts of the last complete check of each invariant. */

/* Counts those of a subject and cluster; NULL: of any. */
int unknown_count(struct database *db, const char *subject, const char *cluster, int64_t *count,
	struct fault *f);

/* Deletes those of an invariant, or if it is NULL of all. Returns their number, or -1. */
int64_t unknown_forget(struct database *db, const char *subject, const char *cluster,
	const char *invariant, struct fault *f);

/* Deletes those of checks that no cycle has listed since then: call it before checks_prune(). */
int unknown_prune(struct database *db, const char *before, struct fault *f);

/* See store_heal(). */
extern const char unknown_heal_sql[];

#endif
