/* SPDX-License-Identifier: ISC */
#ifndef OP_ADMISSION_H
#define OP_ADMISSION_H

#include <stdint.h>

struct cycle_row;
struct fault;
struct verdict_cycle;

/* Which cycles are taken: each once, in order, and only of the cluster that the name denotes. */

enum admission {
	ADMISSION_TAKE,
	ADMISSION_TAKE_SET_BACK,  /* likewise, and the clock was set back: heal first */
	ADMISSION_REPEAT,	  /* it has been taken before: nothing to do */
	ADMISSION_REFUSE,	  /* the fault has the reason, with STATUS_DATA */
	ADMISSION_REFUSE_CLUSTER, /* likewise: it is one of another cluster */
};

/* Compares the cycle with the last one of the same subject and cluster. Pure. */
enum admission admission_judge(const struct cycle_row *last, const struct verdict_cycle *v,
	int64_t now_ms, struct fault *f);

#endif
