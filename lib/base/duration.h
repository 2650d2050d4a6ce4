/* SPDX-License-Identifier: ISC */
#ifndef OP_DURATION_H
#define OP_DURATION_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads a duration: a decimal number, 30 or 0.5, and a unit of ms, s, m, h or
 * d behind it; a bare number is seconds. Not negative, at most 100 years,
 * rounded to the millisecond. 0, or -1 where text is no such thing.
 */
int duration_parse(const char *text, size_t len, int64_t *ms);

/* Writes it for people in its largest units, at most two: "90ms", "1m30s", "2d4h". Returns out. */
char *duration_format(char out[32], int64_t ms);

#endif
