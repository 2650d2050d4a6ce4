/* SPDX-License-Identifier: ISC */
#ifndef OP_CLOCK_H
#define OP_CLOCK_H

#include <stdint.h>

struct fault;

/* Nanoseconds since some point in the past; setting the wall clock does not change them. */
int64_t clock_monotonic_ns(void);

/* The wall clock, in milliseconds since 1970, as timestamp.h has them. */
int64_t clock_wall_ms(void);

/*
 * The wall clock for a time that is written down. -1 with STATUS_TRY_AGAIN if
 * it is before 1970 or after 9999, which no timestamp can hold.
 */
int clock_stamp_ms(int64_t *ms, struct fault *f);

#endif
