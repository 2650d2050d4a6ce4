/* SPDX-License-Identifier: ISC */
#ifndef OP_MUTES_H
#define OP_MUTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"

struct database;
struct fault;
struct stmt;

/*
 * The table mutes: planned work. A mute covers the tickets that match its
 * patterns, GLOBs as in glob.h, from one time of the cycles until another.
 */

/* A pattern whose at is NULL matches everything. */
struct mute_row {
	int64_t id;
	struct span cluster, invariant, store;
	struct span reason;
};

struct mute_rows {
	struct mute_row *items;
	size_t count, cap;
	struct arena texts;
};

void mutes_free(struct mute_rows *m);

/* Reads the mutes in force at that time, sorted by id, into *m, which is zeroed. */
int mutes_load(struct database *db, const char *at, struct mute_rows *m, struct fault *f);

/* Its two parts, the query and reading its rows, for a store that sends several queries at once. */
struct stmt *mutes_ask(struct database *db, const char *at, struct fault *f);
int mutes_take(struct stmt *row, struct mute_rows *m, struct fault *f);

/*
 * The first mute that covers such a ticket, or NULL. store's at is NULL for the
 * whole cluster, which no pattern for stores matches.
 */
const struct mute_row *mutes_find(
	const struct mute_rows *m, const char *cluster, struct span invariant, struct span store);

/* A new mute; times are texts as in the table, NULL patterns match all. Sets *id. */
struct mute_new {
	const char *cluster, *invariant, *store;
	const char *from, *until;
	const char *reason;
	const char *actor;
	bool utc; /* how its window is reported */
};

int mutes_add(struct database *db, const struct mute_new *m, const char *now, int64_t *id,
	struct fault *f);

/* 1 if this lifted it, 0 if no mute has that id or it was lifted before, -1 on error. */
int mutes_lift(struct database *db, int64_t id, const char *now, struct fault *f);

/* Reads one into *m, which is zeroed. */
int mutes_get(struct database *db, int64_t id, struct mute_rows *m, struct fault *f);

/*
 * Mutes in force at any time within a window, whose times are as in the table;
 * NULL: any. id, cluster, invariant, store, from_at, until_at, reason, actor,
 * created_at, lifted_at, sorted by id. To be stepped.
 */
struct stmt *mutes_overlapping(
	struct database *db, const char *since, const char *until, struct fault *f);

#endif
