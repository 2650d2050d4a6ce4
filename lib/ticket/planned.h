/* SPDX-License-Identifier: ISC */
#ifndef OP_PLANNED_H
#define OP_PLANNED_H

#include <stdint.h>

struct database;
struct fault;
struct mute_new;
struct outbox;

/* Planned work: each of these is one transaction, and reports what it has done. */

/* Adds a mute. Its tickets are flagged by the first cycle in its window. */
int planned_mute(struct database *db, const struct mute_new *m, int64_t now_ms, struct outbox *out,
	struct fault *f);

/*
 * Lifts a mute, and unmutes the unresolved tickets that no other mute covers at
 * the last cycle of their cluster. STATUS_NO if no mute has that id, or if it was
 * lifted before.
 */
int planned_unmute(struct database *db, int64_t id, const char *actor, int64_t now_ms,
	struct outbox *out, struct fault *f);

#endif
