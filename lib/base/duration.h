/* SPDX-License-Identifier: ISC */
#ifndef OP_DURATION_H
#define OP_DURATION_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads a duration: decimal numbers, each with a unit of w, d, h, m, s or ms,
 * from the largest unit to the smallest, each at most once: 1h30m, 1.5s, 2w.
 * A number alone is seconds. Not negative, at most 100 years, rounded to the
 * millisecond. 0, or -1 if text is not a duration.
 */
int duration_parse(const char *text, size_t len, int64_t *ms);

/*
 * Writes it for people in its two largest units, at most days: "90ms", "1m30s",
 * "9d4h". Smaller units are cut off. Returns out.
 */
char *duration_format(char out[32], int64_t ms);

#endif
