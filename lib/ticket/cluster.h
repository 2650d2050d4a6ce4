/* SPDX-License-Identifier: ISC */
#ifndef OP_CLUSTER_H
#define OP_CLUSTER_H

#include <stdint.h>

struct database;
struct fault;
struct outbox;

/*
 * Commands on the identity of a cluster. Each is one transaction over all
 * subjects of that name, or the given one, and reports what it has done.
 * STATUS_NO if there is no such cluster.
 */
struct cluster_change {
	const char *cluster;
	const char *subject; /* NULL: all of them */
	const char *actor;
	int64_t now_ms;
};

/*
 * Accepts the cluster with this id under the name. Unresolved tickets of the old
 * one are resolved (gone), except for the ticket of the change itself, which the
 * next cycle clears; its pending rows, unknown verdicts and checks are deleted.
 * Nothing changes if the name had that id already.
 */
int cluster_adopt(struct database *db, const struct cluster_change *c, const char *id,
	struct outbox *out, struct fault *f);

/*
 * Ends a cluster, or only one invariant of it if that is not NULL. Resolves its
 * unresolved tickets (manual), and deletes its pending rows, unknown verdicts,
 * checks and cycle. Resolved tickets and the ledger are kept.
 */
int cluster_forget(struct database *db, const struct cluster_change *c, const char *invariant,
	struct outbox *out, struct fault *f);

#endif
