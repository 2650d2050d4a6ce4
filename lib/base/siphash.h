/* SPDX-License-Identifier: ISC */
#ifndef OP_SIPHASH_H
#define OP_SIPHASH_H

#include "base/hash.h"

/* Its name until all callers have moved to hash_digest(). */
static inline void
siphash128(const uint64_t key[2], const void *in, size_t len, uint64_t out[2])
{
	hash_digest(key, in, len, out);
}

#endif
