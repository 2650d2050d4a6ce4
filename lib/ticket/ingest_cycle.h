/* SPDX-License-Identifier: ISC */
#ifndef OP_INGEST_CYCLE_H
#define OP_INGEST_CYCLE_H

#include <stdint.h>

struct database;
struct fault;
struct outbox;
struct verdict_cycle;

/*
 * Applies one cycle within the caller's transaction: unresolved tickets are
 * counted, resolved or moved, then new ones are opened. What happened goes
 * to the outbox, the heartbeat last. 0; 1 where the cycle was refused, which
 * the outbox says, and nothing was changed; -1.
 */
int ingest_cycle(struct database *db, const struct verdict_cycle *v, int64_t gone_after_ms,
	struct outbox *out, struct fault *f);

#endif
