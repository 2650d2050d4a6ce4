/* SPDX-License-Identifier: ISC */
#include "base/hash.h"

#include <unistd.h>

#include "base/clock.h"

static uint64_t
rotate(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

/* The byte order matters only for digests, but one order for all is simpler. */
static uint64_t
load8(const unsigned char *p)
{
	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
	       (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
	       (uint64_t)p[7] << 56;
}

static uint64_t
load(const unsigned char *p, size_t n)
{
	uint64_t x = 0;

	while (n--)
		x = x << 8 | p[n];
	return x;
}

static inline void
round_once(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

static inline void
rounds(uint64_t v[4], int n)
{
	while (n--)
		round_once(v);
}

static inline void
absorb(uint64_t v[4], uint64_t word, int n)
{
	v[3] ^= word;
	rounds(v, n);
	v[0] ^= word;
}

static inline void
begin(uint64_t v[4], const uint64_t key[2])
{
	v[0] = key[0] ^ 0x736f6d6570736575;
	v[1] = key[1] ^ 0x646f72616e646f6d;
	v[2] = key[0] ^ 0x6c7967656e657261;
	v[3] = key[1] ^ 0x7465646279746573;
}

struct hash_key
hash_key_draw(void)
{
	struct hash_key key;

	if (getentropy(&key, sizeof key) == 0)
		return key;
	/* no source of randomness: use what a sender can hardly know */
	key.word[0] = (uint64_t)clock_monotonic_ns();
	key.word[1] = (uint64_t)(uintptr_t)&key ^ (uint64_t)getpid() << 48;
	return key;
}

uint64_t
hash_bytes(const struct hash_key *key, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;
	size_t left = len;
	uint64_t v[4];

	begin(v, key->word);
	for (; left >= 8; p += 8, left -= 8)
		absorb(v, load8(p), 1);
	absorb(v, (uint64_t)len << 56 | load(p, left), 1);
	v[2] ^= 0xff;
	rounds(v, 3);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void
hash_start(struct hash *h, const struct hash_key *key)
{
	begin(h->v, key->word);
	h->tail = 0;
	h->len = 0;
}

void
hash_add(struct hash *h, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < len; i++) {
		h->tail |= (uint64_t)p[i] << h->len % 8 * 8;
		h->len++;
		if (h->len % 8)
			continue;
		absorb(h->v, h->tail, 1);
		h->tail = 0;
	}
}

uint64_t
hash_end(struct hash *h)
{
	absorb(h->v, (uint64_t)h->len << 56 | h->tail, 1);
	h->v[2] ^= 0xff;
	rounds(h->v, 3);
	return h->v[0] ^ h->v[1] ^ h->v[2] ^ h->v[3];
}

void
hash_digest(const uint64_t key[2], const void *in, size_t len, uint64_t out[2])
{
	const unsigned char *p = in;
	size_t left = len;
	uint64_t v[4];

	begin(v, key);
	v[1] ^= 0xee;
	for (; left >= 8; p += 8, left -= 8)
		absorb(v, load8(p), 2);
	absorb(v, (uint64_t)len << 56 | load(p, left), 2);
	v[2] ^= 0xee;
	rounds(v, 4);
	out[0] = v[0] ^ v[1] ^ v[2] ^ v[3];
	v[1] ^= 0xdd;
	rounds(v, 4);
	out[1] = v[0] ^ v[1] ^ v[2] ^ v[3];
}
