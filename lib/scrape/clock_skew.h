/* SPDX-License-Identifier: ISC */
#ifndef OP_CLOCK_SKEW_H
#define OP_CLOCK_SKEW_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How far a server's clock is ahead of ours, by the Date headers of its answers.
 * They have whole seconds, rounded down, and were written at some time between our
 * request and the answer. Each gives bounds; those of several answers are
 * intersected.
 */
struct clock_skew {
	bool known;
	int64_t low_ms;
	int64_t high_ms;
};

void clock_skew_add(struct clock_skew *s, int64_t date_ms, int64_t sent_ms, int64_t received_ms);

/* 0 if the bounds allow it, else their middle. */
int64_t clock_skew_ms(const struct clock_skew *s);

#endif
