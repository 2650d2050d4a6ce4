/* SPDX-License-Identifier: ISC */
#ifndef OP_STORE_LOCK_H
#define OP_STORE_LOCK_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct database;
struct fault;

/*
 * Called in the transaction of a command by hand, before it reads anything: no
 * cycle of these clusters is taken until the transaction ends. Without that, a
 * cycle that has already read its tickets would overwrite a hold. An SQLite file
 * is locked as a whole when the transaction begins.
 */

/* The clusters of tickets. */
int store_lock_tickets(struct database *db, const int64_t *ids, size_t count, struct fault *f);

/* The clusters of a subject and name; NULL: any. */
int store_lock_clusters(
	struct database *db, const char *subject, const char *cluster, struct fault *f);

/* The clusters whose name matches a GLOB, as in glob.h; at is NULL for any. */
int store_lock_matching(struct database *db, struct span cluster, struct fault *f);

#endif
