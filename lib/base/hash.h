/* SPDX-License-Identifier: ISC */
#ifndef OP_HASH_H
#define OP_HASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * SipHash (Aumasson and Bernstein, 2012). Every table whose keys come from
 * outside hashes them with a random key of its own, so that nobody can send keys
 * that collide. Output must not depend on such a hash, because each start has
 * another key.
 */
struct hash_key {
	uint64_t word[2];
};

/* A key that cannot be guessed from outside. */
struct hash_key hash_key_draw(void);

/* SipHash-1-3 of the bytes. */
uint64_t hash_bytes(const struct hash_key *key, const void *bytes, size_t len);

/* The same for bytes that arrive in pieces. */
struct hash {
	uint64_t v[4];
	uint64_t tail; /* bytes not yet absorbed, the first one lowest */
	size_t len;    /* of all of them */
};

void hash_start(struct hash *h, const struct hash_key *key);
void hash_add(struct hash *h, const void *bytes, size_t len);
uint64_t hash_end(struct hash *h);

/*
 * A digest that does not change from start to start: SipHash-2-4 with 128
 * bits of output, as the reference has it. in and out may not overlap; key
 * and out may.
 */
void hash_digest(const uint64_t key[2], const void *in, size_t len, uint64_t out[2]);

#endif
