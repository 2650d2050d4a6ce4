/* SPDX-License-Identifier: ISC */
#ifndef OP_SCHEDULE_H
#define OP_SCHEDULE_H

#include <stdint.h>

/*
 * Ticks on an absolute grid, origin + n * interval: pure arithmetic in
 * nanoseconds of whatever clock the caller reads. However late a tick is
 * taken, the next one lies on the grid again, so nothing drifts, and ticks
 * that have passed are counted, never made up for.
 */
struct schedule {
	int64_t origin_ns;
	int64_t interval_ns;
	int64_t due_ns;	  /* the next tick */
	uint64_t skipped; /* in all */
};

/* The first tick is at origin; interval > 0. */
void schedule_init(struct schedule *s, int64_t origin_ns, int64_t interval_ns);

/*
 * It is now: is a tick due? If so true, and due_ns is the first tick behind
 * now: of several that are due one is taken and the others are skipped. Their
 * number is *skipped, 0 where it is false.
 */
int schedule_take(struct schedule *s, int64_t now_ns, uint64_t *skipped);

/*
 * A cycle ended now. Ticks that came due while it ran are skipped: returns
 * how many. A tick that is due right now is not, it is the next.
 */
uint64_t schedule_pass(struct schedule *s, int64_t now_ns);

#endif
