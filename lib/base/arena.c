/* SPDX-License-Identifier: ISC */
#include "base/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { CHUNKS_MAX = 4096 };

static void
free_large(struct arena *a)
{
	while (a->large_count)
		free(a->large[--a->large_count]);
	a->large_bytes = 0;
}

void
arena_free(struct arena *a)
{
	free_large(a);
	free(a->large);
	for (size_t i = 0; i < a->count; i++)
		free(a->chunks[i]);
	free(a->chunks);
	*a = (struct arena){0};
}

void
arena_clear(struct arena *a)
{
	free_large(a);
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
		a->fill = !a->used; /* no text has the address 0 */
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

static char *
alloc_large(struct arena *a, size_t len)
{
	a->large = mem_grow(a->large, a->large_count, &a->large_cap, sizeof *a->large);
	a->large[a->large_count] = mem_alloc(len);
	a->large_bytes += len;
	return a->large[a->large_count++];
}

char *
arena_alloc(struct arena *a, size_t len)
{
	uint32_t offset;
	char *room;

	if (len >= ARENA_CHUNK)
		return alloc_large(a, len);
	room = arena_room(a, len, &offset);
	if (!room)
		mem_exhausted();
	arena_take(a, len);
	return room;
}

struct span
arena_copy(struct arena *a, struct span text)
{
	char *copy;

	if (!text.at)
		return span_of(NULL);
	copy = arena_alloc(a, text.len + 1);
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	return (struct span){copy, text.len};
}

size_t
arena_size(const struct arena *a)
{
	return a->large_bytes + (a->used ? (a->used - 1) * ARENA_CHUNK + a->fill : 0);
}
