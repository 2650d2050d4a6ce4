/* SPDX-License-Identifier: ISC */
#ifndef OP_INGEST_CYCLE_H
#define OP_INGEST_CYCLE_H

#include <stdbool.h>
#include <stdint.h>

struct database;
struct fault;
struct lease;
struct outbox;
struct verdict_cycle;

struct ingest_options {
	int64_t gone_after_ms;
	const struct lease *lease; /* to be held; NULL: none */
	struct outbox *out;
	bool last; /* of its transaction */
};

/*
 * Applies one cycle within the caller's transaction: unresolved tickets are
 * counted, resolved or moved, then new ones are opened. What happened goes
 * to the outbox, the heartbeat last. 0, also if another monitor holds the lease
 * and this one stands by; if the cycle was refused, which the outbox says, the
 * exit status that this calls for: STATUS_DATA, or STATUS_TRY_AGAIN if a lease
 * is held and none is asked for; -1.
 */
int ingest_cycle(struct database *db, const struct verdict_cycle *v,
	const struct ingest_options *options, struct fault *f);

#endif
