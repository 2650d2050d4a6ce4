/* SPDX-License-Identifier: ISC */
#include "base/hash_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { SIZE_LEAST = 64, PROBES_MAX = 512 };

struct hash_slot {
	uint32_t hash;
	uint32_t number; /* plus one; 0: free */
};

void
hash_table_open(struct hash_table *t)
{
	*t = (struct hash_table){.key = hash_key_draw(), .size = SIZE_LEAST};
	t->slots = mem_zero(t->size, sizeof *t->slots);
}

void
hash_table_close(struct hash_table *t)
{
	free(t->slots);
	*t = (struct hash_table){.slots = NULL};
}

void
hash_table_clear(struct hash_table *t)
{
	memset(t->slots, 0, t->size * sizeof *t->slots);
	t->count = 0;
}

/* Goes on from the current slot. */
static uint32_t
walk_on(const struct hash_table *t, struct hash_walk *walk)
{
	while (walk->probes < PROBES_MAX) {
		const struct hash_slot *slot = &t->slots[walk->slot];

		if (!slot->number)
			break;
		if (slot->hash == walk->hash)
			return slot->number - 1;
		walk->slot = (walk->slot + 1) & (t->size - 1);
		walk->probes++;
	}
	return HASH_NONE;
}

uint32_t
hash_table_first(const struct hash_table *t, uint64_t hash, struct hash_walk *walk)
{
	*walk = (struct hash_walk){.slot = (uint32_t)hash & (t->size - 1), .hash = (uint32_t)hash};
	return walk_on(t, walk);
}

uint32_t
hash_table_next(const struct hash_table *t, struct hash_walk *walk)
{
	walk->slot = (walk->slot + 1) & (t->size - 1);
	walk->probes++;
	return walk_on(t, walk);
}

static int
put(struct hash_table *t, struct hash_slot entry)
{
	size_t at = entry.hash & (t->size - 1);

	for (size_t probes = 0; t->slots[at].number; at = (at + 1) & (t->size - 1))
		if (++probes == PROBES_MAX)
			return -1;
	t->slots[at] = entry;
	return 0;
}

static int
grow(struct hash_table *t)
{
	struct hash_table larger = *t;
	int failed = 0;

	larger.size *= 2;
	larger.slots = mem_zero(larger.size, sizeof *larger.slots);
	for (size_t i = 0; i < t->size && !failed; i++)
		if (t->slots[i].number)
			failed = put(&larger, t->slots[i]);
	if (failed) {
		free(larger.slots);
		return -1;
	}
	free(t->slots);
	t->slots = larger.slots;
	t->size = larger.size;
	return 0;
}

int
hash_table_add(struct hash_table *t, uint64_t hash, uint32_t number)
{
	if ((t->count + 1) * 2 > t->size && grow(t))
		return -1;
	if (put(t, (struct hash_slot){(uint32_t)hash, number + 1}))
		return -1;
	t->count++;
	return 0;
}
