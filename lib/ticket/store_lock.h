/* SPDX-License-Identifier: ISC */
#ifndef OP_STORE_LOCK_H
#define OP_STORE_LOCK_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct database;
struct fault;

/*
 * Within the transaction of a command by hand, before it reads what decides: no
 * cycle of these clusters is taken until it ends. Without that a cycle which has
 * read its tickets would run over a hold that it did not see. A file of SQLite
 * is locked as a whole when the transaction begins.
 */

/* The clusters of tickets. */
int store_lock_tickets(struct database *db, const int64_t *ids, size_t count, struct fault *f);

/* The clusters of a name and of a subject; NULL: any. */
int store_lock_clusters(
	struct database *db, const char *subject, const char *cluster, struct fault *f);

/* The clusters whose name matches, a GLOB as in glob.h; at is NULL for any. */
int store_lock_matching(struct database *db, struct span cluster, struct fault *f);

#endif
