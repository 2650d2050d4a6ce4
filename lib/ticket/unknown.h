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

#endif
