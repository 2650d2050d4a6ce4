/* SPDX-License-Identifier: ISC */
#ifndef OP_HASH_TABLE_H
#define OP_HASH_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"

/*
 * Finds numbers, such as positions in a list, by the hash of what they stand
 * for, which is kept elsewhere. A zeroed struct is not yet a table.
 *
 *	uint64_t hash = hash_bytes(&t.key, text.at, text.len);
 *	struct hash_walk walk;
 *
 *	for (n = hash_table_first(&t, hash, &walk); n != HASH_NONE; n = hash_table_next(&t, &walk))
 *		if (span_equal(list[n], text))
 *			return n;
 */
struct hash_table {
	struct hash_key key; /* for hash_bytes() */
	struct hash_slot *slots;
	size_t size; /* of slots: a power of 2, at least twice count */
	size_t count;
};

struct hash_walk {
	size_t slot;
	size_t probes;
	uint32_t hash;
};

#define HASH_NONE UINT32_MAX

void hash_table_open(struct hash_table *t);
void hash_table_close(struct hash_table *t); /* a zeroed struct is accepted */
void hash_table_clear(struct hash_table *t); /* empty; keeps its memory and its key */

/* The numbers added under this hash, in no order; HASH_NONE after the last. */
uint32_t hash_table_first(const struct hash_table *t, uint64_t hash, struct hash_walk *walk);
uint32_t hash_table_next(const struct hash_table *t, struct hash_walk *walk);

/*
 * Adds a number, below HASH_NONE. 0, or -1 if too many others collide with
 * it, which does not happen under a secret key.
 */
int hash_table_add(struct hash_table *t, uint64_t hash, uint32_t number);

#endif
