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
	const struct lease *lease; /* to be taken; NULL: none */
	struct outbox *out;
	bool last; /* of its transaction */
};

/*
 * Applies one cycle within the caller's transaction: counts, resolves or moves
 * unresolved tickets, then opens new ones. Reports to the outbox, with the
 * heartbeat last. Returns 0, even if another monitor holds the lease and this one
 * stands by. If the cycle was refused, the outbox has the reason, and the result
 * is the exit status for that: STATUS_DATA, or STATUS_TRY_AGAIN if another
 * monitor holds a lease and none was wanted. -1 on error.
 */
int ingest_cycle(struct database *db, const struct verdict_cycle *v,
	const struct ingest_options *options, struct fault *f);

#endif
