/* SPDX-License-Identifier: ISC */
#ifndef OP_SIPHASH_H
#define OP_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012, and the
 * reference's 128-bit variant). in and out may not overlap; key and out may.
 */
void siphash128(const uint64_t key[2], const void *in, size_t len, uint64_t out[2]);

#endif
