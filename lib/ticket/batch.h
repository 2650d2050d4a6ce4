/* SPDX-License-Identifier: ISC */
#ifndef OP_BATCH_H
#define OP_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/hash_table.h"
#include "base/span.h"
#include "base/timestamp.h"

/*
 * Batches, or incidents: tickets of one subject and cluster that began together.
 * A batch is named after its beginning, "batch-2026-01-24T23:08:17.123Z".
 *
 * A new ticket joins the batch of an unresolved critical ticket of its store if
 * that batch began within the hour before the cycle; of several, the oldest. A
 * ticket without a store joins the batch of the newest such ticket of any store.
 * All others join the newest batch that began within a minute of them.
 */

enum {
	BATCH_REACH_MS = 60000, /* how far from its beginning a ticket still joins */
	BATCH_KEY_SIZE = 6 + TIMESTAMP_SIZE,
};

/* Unresolved critical tickets draw others of their store. */
struct batch_drawer {
	struct span store;
	int64_t begin_ms; /* of the oldest batch of such tickets */
};

struct batches {
	int64_t *begins; /* of batches that have an unresolved ticket, in ascending order */
	size_t count, cap;
	int64_t draw_since_ms; /* older batches draw nothing */
	struct batch_drawer *drawers;
	size_t drawer_count, drawer_cap;
	struct hash_table by_store;
	int64_t newest_id;	 /* of the critical tickets that draw; 0: no such ticket */
	int64_t newest_begin_ms; /* its batch's */
};

/* Starts without batches. at_ms is the cycle's time. */
void batches_open(struct batches *b, int64_t at_ms);
void batches_close(struct batches *b); /* a zeroed struct, too */

/* Adds a batch that has an unresolved ticket. */
void batches_add(struct batches *b, int64_t begin_ms);

/*
 * The same if that ticket is critical. It is of this store, whose text must
 * last; its at is NULL for the whole cluster. Newer tickets have higher ids.
 */
void batches_add_critical(struct batches *b, struct span store, int64_t id, int64_t begin_ms);

/*
 * Returns the beginning of the batch that a ticket of this store, first seen
 * then, joins. If it begins a new batch, that is added.
 */
int64_t batches_join(struct batches *b, struct span store, int64_t first_seen_ms);

void batch_key(char out[BATCH_KEY_SIZE], int64_t begin_ms);

/* 0, or -1 if the key is not of that form. */
int batch_parse(const char *key, size_t len, int64_t *begin_ms);

#endif
