/* SPDX-License-Identifier: ISC */
#ifndef OP_SCHEDULE_H
#define OP_SCHEDULE_H

#include <stdint.h>

/*
 * Ticks on an absolute grid: the first at origin, the others at origin +
 * phase + n * interval. Pure arithmetic in nanoseconds of whatever clock the
 * caller reads. However late a tick is taken, the next one lies on the grid
 * again, so nothing drifts. Ticks that have passed are counted, not made up for.
 */
struct schedule {
	int64_t origin_ns;
	int64_t interval_ns;
	int64_t phase_ns; /* by which the tick after the next one comes later */
	int64_t due_ns;	  /* the next tick */
	uint64_t skipped; /* in all */
};

/* interval > 0, phase >= 0 */
void schedule_init(struct schedule *s, int64_t origin_ns, int64_t interval_ns, int64_t phase_ns);

/*
 * Is a tick due now? If so returns true and moves due_ns to the first tick
 * after now: if several are due, one is taken and the others are skipped.
 * *skipped is their number.
 */
int schedule_take(struct schedule *s, int64_t now_ns, uint64_t *skipped);

/*
 * A cycle ended now. Ticks that came due while it ran are skipped: returns
 * how many. A tick that is due right now is not skipped, it is the next.
 */
uint64_t schedule_pass(struct schedule *s, int64_t now_ns);

#endif
