/* SPDX-License-Identifier: ISC */
#ifndef OP_UTF8_H
#define OP_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads the code point at s, of which len > 0 bytes are there. Returns its
 * length, 1 to 4, or 0 where the bytes are no UTF-8 as RFC 3629 has it
 * (overlong forms, surrogates, above U+10FFFF, cut short).
 */
size_t utf8_decode(const char *s, size_t len, uint32_t *code);

/* Writes code, a valid code point, as 1 to 4 bytes and returns how many. */
size_t utf8_encode(char out[4], uint32_t code);

/*
 * Is code one that must not reach a terminal as it is: C0 and C1 controls,
 * DEL, bidirectional controls, line and paragraph separators, the byte order
 * mark and the invisible tag characters?
 */
bool utf8_is_unsafe(uint32_t code);

#endif
