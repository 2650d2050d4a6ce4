/* SPDX-License-Identifier: ISC */
#ifndef OP_TIMESTAMP_H
#define OP_TIMESTAMP_H

#include <stddef.h>
#include <stdint.h>

/* Points in time: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted. */

enum { TIMESTAMP_SIZE = 25 }; /* "2026-01-24T23:08:17.123Z" and its NUL */

#define TIMESTAMP_NEVER INT64_MIN	       /* a time that is not set */
#define TIMESTAMP_MAX INT64_C(253402300799999) /* the end of 9999 */

/*
 * Reads RFC 3339 in UTC, which ends in "Z" or "+00:00", with or without a
 * fraction (digits beyond the third are dropped), years 1970 to 9999. 0, or
 * -1 if text is not such a time.
 */
int timestamp_parse(const char *text, size_t len, int64_t *ms);

/* Writes the time with its milliseconds; ms lies in the years 1970 to 9999. */
void timestamp_format(char out[TIMESTAMP_SIZE], int64_t ms);

#endif
