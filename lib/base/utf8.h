/* SPDX-License-Identifier: ISC */
#ifndef OP_UTF8_H
#define OP_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads the code point at s, of which len > 0 bytes are given. Returns its
 * length, 1 to 4, or 0 if the bytes are not UTF-8 as RFC 3629 defines it
 * (overlong forms, surrogates, above U+10FFFF, cut short).
 */
size_t utf8_decode(const char *s, size_t len, uint32_t *code);

/* Writes code, a valid code point, as 1 to 4 bytes and returns how many. */
size_t utf8_encode(char out[4], uint32_t code);

/*
 * Is the text UTF-8 throughout, and without a character that `refused` names
 * (NULL: none)? Returns len, or the offset of the first byte that is not.
 */
size_t utf8_check(const char *s, size_t len, bool (*refused)(uint32_t code));

/*
 * Describes JSON that is not UTF-8 or has a byte order mark, judging by its first
 * bytes, as the rest of a sentence ("begins with a byte order mark", "is UTF-16
 * or UTF-32, not UTF-8"); else NULL.
 */
const char *utf8_other_encoding(const char *s, size_t len);

/* For utf8_check(): U+0000. */
bool utf8_is_nul(uint32_t code);

/*
 * Whether code must not reach a terminal unescaped: C0 and C1 controls, DEL,
 * bidirectional controls, line and paragraph separators, the byte order mark and
 * the invisible tag characters.
 */
bool utf8_is_unsafe(uint32_t code);

#endif
