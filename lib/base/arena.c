/* SPDX-License-Identifier: ISC */
#include "base/arena.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

enum { CHUNKS_MAX = 4096 };

void
arena_free(struct arena *a)
{
	for (size_t i = 0; i < a->count; i++)
		free(a->chunks[i]);
	free(a->chunks);
	*a = (struct arena){0};
}

void
arena_clear(struct arena *a)
{
	a->used = 0;
	a->fill = 0;
}

char *
arena_room(struct arena *a, size_t len, uint32_t *offset)
{
	assert(len < ARENA_CHUNK);
	if (!a->used || a->fill + len > ARENA_CHUNK) {
		if (a->used == CHUNKS_MAX)
			return NULL;
		if (a->used == a->count) {
			a->chunks = mem_grow(a->chunks, a->count, &a->cap, sizeof *a->chunks);
			a->chunks[a->count] = mem_alloc(ARENA_CHUNK);
			a->count++;
		}
		a->fill = !a->used; /* address 0 is nobody's */
		a->used++;
	}
	*offset = (uint32_t)((a->used - 1) << ARENA_CHUNK_BITS | a->fill);
	return a->chunks[a->used - 1] + a->fill;
}

void
arena_take(struct arena *a, size_t len)
{
	a->fill += len;
}

char *
arena_alloc(struct arena *a, size_t len)
{
	uint32_t offset;
	char *room = len < ARENA_CHUNK ? arena_room(a, len, &offset) : NULL;

	if (room)
		arena_take(a, len);
	return room;
}

size_t
arena_size(const struct arena *a)
{
	return a->used ? (a->used - 1) * ARENA_CHUNK + a->fill : 0;
}
