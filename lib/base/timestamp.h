/* SPDX-License-Identifier: ISC */
#ifndef OP_TIMESTAMP_H
#define OP_TIMESTAMP_H

#include <stddef.h>
#include <stdint.h>

/* Points in time: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted. */

enum { TIMESTAMP_SIZE = 25 }; /* "2026-01-24T23:08:17.123Z" and its NUL */

/*
 * Reads RFC 3339 in UTC, "Z" only, with or without a fraction (digits beyond
 * the third are dropped), years 1970 to 9999. 0, or -1 where text is no such time.
 */
int timestamp_parse(const char *text, size_t len, int64_t *ms);

/* Writes the time with its milliseconds; ms lies in the years 1970 to 9999. */
void timestamp_format(char out[TIMESTAMP_SIZE], int64_t ms);

/* The wall clock. */
int64_t timestamp_now(void);

#endif
