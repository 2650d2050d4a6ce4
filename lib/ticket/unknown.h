/* SPDX-License-Identifier: ISC */
#ifndef OP_UNKNOWN_H
#define OP_UNKNOWN_H

#include <stdint.h>

struct database;
struct fault;

/* The table unknown: verdicts that the last complete check of an invariant did not know. */

/* How many there are of a subject and cluster, NULL: of any. */
int unknown_count(struct database *db, const char *subject, const char *cluster, int64_t *count,
	struct fault *f);

#endif
