/* SPDX-License-Identifier: ISC */
#ifndef OP_GATE_H
#define OP_GATE_H

#include <stdint.h>

struct db;
struct fault;
struct findings;

/* Which cycles are taken: each once, in order, and only of the cluster that the name stands for. */

enum gate {
	GATE_FAILED = -1,
	GATE_OPEN,   /* take it */
	GATE_REPEAT, /* it has been taken before: nothing to do */
	GATE_REFUSE, /* the fault says why, with STATUS_DATA */
};

/*
 * Asks the last cycle of the same subject and cluster. Where that lies in the
 * future of now_ms, the clock has been set back: GATE_OPEN then also moves
 * the times that wait in the database back to the cycle's own.
 * *last_opened_ms: when a ticket of theirs was last opened, or TIMESTAMP_NEVER.
 */
enum gate gate_ask(struct db *db, const struct findings *v, int64_t now_ms, int64_t *last_opened_ms,
	struct fault *f);

/* Notes that the cycle was taken, which of its checks were complete, and last_opened_ms. */
int gate_note(struct db *db, const struct findings *v, int64_t last_opened_ms, struct fault *f);

#endif
