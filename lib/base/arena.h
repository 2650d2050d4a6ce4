/* SPDX-License-Identifier: ISC */
#ifndef OP_ARENA_H
#define OP_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/*
 * An append-only store of at most 4 GiB, addressed by 32 bits, in chunks that
 * never move. Clearing it keeps the chunks for the next round.
 */
enum { ARENA_CHUNK_BITS = 20, ARENA_CHUNK = 1 << ARENA_CHUNK_BITS };

struct arena {
	char **chunks;
	size_t count; /* allocated chunks */
	size_t cap;
	size_t used;  /* chunks in use; the last one is being filled */
	size_t fill;  /* bytes used of that */
	char **large; /* texts too large for a chunk */
	size_t large_count, large_cap, large_bytes;
};

void arena_free(
	struct arena *a); /* leaves it empty and usable; a zeroed struct is an empty arena */
void arena_clear(struct arena *a);

/*
 * Room for at most len <= ARENA_CHUNK bytes in one piece, NULL past 4 GiB;
 * *offset is its address, never 0. arena_take() then gives how many of them
 * were used; the rest is free for the next call.
 */
char *arena_room(struct arena *a, size_t len, uint32_t *offset);
void arena_take(struct arena *a, size_t len);

static inline const char *
arena_at(const struct arena *a, uint32_t offset)
{
	return a->chunks[offset >> ARENA_CHUNK_BITS] + (offset & (ARENA_CHUNK - 1));
}

/*
 * len bytes without an address, aligned for chars only. If none are left, or
 * past 4 GiB, it ends the process as mem_alloc() does.
 */
char *arena_alloc(struct arena *a, size_t len);

/* A copy of a text, with a NUL after it; if at is NULL, that of the copy is, too. */
struct span arena_copy(struct arena *a, struct span text);

/* How many bytes are in use. */
size_t arena_size(const struct arena *a);

/* Lengths stored before texts: seven bits a byte, lowest first. Both return the byte after it. */
static inline char *
arena_put_length(char *at, size_t len)
{
	for (; len > 127; len >>= 7)
		*at++ = (char)(len | 128);
	*at++ = (char)len;
	return at;
}

static inline const char *
arena_get_length(const char *at, size_t *len)
{
	size_t value = (unsigned char)*at & 127;

	for (unsigned shift = 7; *at++ & 128; shift += 7)
		value |= (size_t)((unsigned char)*at & 127) << shift;
	*len = value;
	return at;
}

#endif
