/* SPDX-License-Identifier: ISC */
#ifndef OP_ADMISSION_H
#define OP_ADMISSION_H

#include <stdint.h>

struct database;
struct fault;
struct verdict_cycle;

/* Which cycles are taken: each once, in order, and only of the cluster that the name stands for. */

enum admission {
	ADMISSION_FAILED = -1,
	ADMISSION_TAKE,	  /* take it */
	ADMISSION_REPEAT, /* it has been taken before: nothing to do */
	ADMISSION_REFUSE, /* the fault says why, with STATUS_DATA */
};

/*
 * Asks the last cycle of the same subject and cluster. Where that lies in the
 * future of now_ms, the clock has been set back: ADMISSION_TAKE then also moves
 * the times that wait in the database back to the cycle's own.
 * *last_opened_ms: when a ticket of theirs was last opened, or TIMESTAMP_NEVER.
 */
enum admission admission_ask(struct database *db, const struct verdict_cycle *v, int64_t now_ms,
	int64_t *last_opened_ms, struct fault *f);

/* Notes that the cycle was taken, which of its checks were complete, and last_opened_ms. */
int admission_note(struct database *db, const struct verdict_cycle *v, int64_t last_opened_ms,
	struct fault *f);

#endif
