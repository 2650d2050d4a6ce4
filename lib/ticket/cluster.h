/* SPDX-License-Identifier: ISC */
#ifndef OP_CLUSTER_H
#define OP_CLUSTER_H

#include <stdint.h>

struct database;
struct fault;
struct outbox;

/*
 * Which cluster a name denotes. Each of these is one transaction over
 * all subjects of that name, or the one given, and reports what it has done.
 * STATUS_NO if nothing is known of such a cluster.
 */
struct cluster_change {
	const char *cluster;
	const char *subject; /* NULL: all of them */
	const char *actor;
	int64_t now_ms;
};

/*
 * From now on the name denotes the cluster of this id. Unresolved tickets
 * of the one before are gone, but for that of the change itself, which the next
 * cycle clears; its pending rows, unknown verdicts and checks are forgotten.
 * Nothing changes if it was that one already.
 */
int cluster_adopt(struct database *db, const struct cluster_change *c, const char *id,
	struct outbox *out, struct fault *f);

/*
 * Ends a cluster, or if invariant is not NULL that one of its invariants:
 * unresolved tickets are resolved (manual), pending rows, unknown verdicts,
 * checks and the cycle are forgotten. Resolved tickets and the ledger stay.
 */
int cluster_forget(struct database *db, const struct cluster_change *c, const char *invariant,
	struct outbox *out, struct fault *f);

#endif
