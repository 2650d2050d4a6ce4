/* SPDX-License-Identifier: ISC */
#ifndef OP_ADMISSION_H
#define OP_ADMISSION_H

#include <stdint.h>

struct cycle_row;
struct fault;
struct verdict_cycle;

/* Which cycles are taken: each once, in order, and only those of the cluster known by that name. */

enum admission {
	ADMISSION_TAKE,
	ADMISSION_TAKE_SET_BACK,  /* likewise, but the clock was set back: correct the timers first
				   */
	ADMISSION_REPEAT,	  /* it was taken before: nothing to do */
	ADMISSION_REFUSE,	  /* the fault has the reason, with STATUS_DATA */
	ADMISSION_REFUSE_CLUSTER, /* likewise: it is another cluster's */
};

/* Compares a cycle with the last one of its subject and cluster. Pure. */
enum admission admission_judge(const struct cycle_row *last, const struct verdict_cycle *v,
	int64_t now_ms, struct fault *f);

#endif
