/* SPDX-License-Identifier: ISC */
#include "ticket/planned.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/mem.h"
#include "base/timestamp.h"
#include "ticket/database.h"
#include "ticket/ledger.h"
#include "ticket/mute_warning.h"
#include "ticket/mutes.h"
#include "ticket/outbox.h"
#include "ticket/store_lock.h"
#include "ticket/ticket.h"
#include "ticket/tickets.h"
#include "ticket/view.h"

int
planned_mute(struct database *db, const struct mute_new *m, int64_t now_ms, struct outbox *out,
	struct fault *f)
{
	const struct view view = {.utc = m->utc};
	char now[TIMESTAMP_SIZE], from[VIEW_TIME_SIZE], until[VIEW_TIME_SIZE];
	int64_t id;

	timestamp_format(now, now_ms);
	if (database_begin(db, f))
		return -1;
	if (store_lock_matching(db, span_of(m->cluster), f) || mutes_add(db, m, now, &id, f)) {
		database_rollback(db);
		return -1;
	}
	outbox_say(out, "Mute %lld: from %s until %s", (long long)id,
		view_time_text(&view, from, m->from), view_time_text(&view, until, m->until));
	if (mute_warning(db, m, out, f)) {
		database_rollback(db);
		return -1;
	}
	return database_commit(db, f);
}

/* A muted ticket, and all of them. */
struct muted_ticket {
	int64_t id;
	struct span cluster, invariant, store, last_at;
};

struct muted {
	struct muted_ticket *items;
	size_t count, cap;
	struct arena texts;
};

static int
load_muted(struct database *db, struct muted *all, struct fault *f)
{
	struct stmt *row = tickets_muted(db, f);
	int got = row ? 1 : -1;

	while (row && (got = stmt_step(row, f)) > 0) {
		struct muted_ticket *t;

		all->items = mem_grow(all->items, all->count, &all->cap, sizeof *all->items);
		t = &all->items[all->count++];
		t->id = stmt_i64(row, 0);
		t->cluster = ticket_keep(&all->texts, row, 1);
		t->invariant = ticket_keep(&all->texts, row, 2);
		t->store = ticket_keep(&all->texts, row, 3);
		t->last_at = ticket_keep(&all->texts, row, 4);
	}
	return got;
}

/* 1 if the lifted mute covers the ticket and no remaining one does; 0; -1. */
static int
is_freed(struct database *db, const struct mute_rows *lifted, const struct muted_ticket *t,
	struct fault *f)
{
	struct mute_rows left = {.items = NULL};
	int result = 0;

	if (!mutes_find(lifted, t->cluster.at, t->invariant, t->store))
		return 0;
	if (t->last_at.at)
		result = mutes_load(db, t->last_at.at, &left, f);
	if (result == 0)
		result = !mutes_find(&left, t->cluster.at, t->invariant, t->store);
	mutes_free(&left);
	return result;
}

static int
free_tickets(struct database *db, const struct mute_rows *lifted, const char *actor,
	const char *now, struct outbox *out, struct fault *f)
{
	struct muted all = {.items = NULL};
	int result = load_muted(db, &all, f);

	for (size_t i = 0; i < all.count && result == 0; i++) {
		int64_t id = all.items[i].id;

		result = is_freed(db, lifted, &all.items[i], f);
		if (result <= 0)
			continue;
		result = tickets_unmute(db, id, now, f) ||
					 ledger_add(db, id, now, "unmuted", actor, span_of(NULL), f)
				 ? -1
				 : 0;
		outbox_say(out, "Unmuted ticket %lld", (long long)id);
	}
	free(all.items);
	arena_free(&all.texts);
	return result;
}

static int
lift(struct database *db, int64_t id, const char *now, struct outbox *out, struct fault *f)
{
	int result = mutes_lift(db, id, now, f);

	if (result == 0)
		return fault_set(f, STATUS_NO, "there is no mute %lld, or it was lifted before",
			(long long)id);
	if (result > 0)
		outbox_say(out, "Lifted mute %lld", (long long)id);
	return result < 0 ? -1 : 0;
}

static int
unmute(struct database *db, int64_t id, const char *actor, const char *now, struct outbox *out,
	struct fault *f)
{
	struct mute_rows lifted = {.items = NULL};
	int result = mutes_get(db, id, &lifted, f);

	for (size_t i = 0; i < lifted.count && result == 0; i++)
		result = store_lock_matching(db, lifted.items[i].cluster, f);
	if (result == 0)
		result = lift(db, id, now, out, f);
	if (result == 0)
		result = free_tickets(db, &lifted, actor, now, out, f);
	mutes_free(&lifted);
	return result;
}

int
planned_unmute(struct database *db, int64_t id, const char *actor, int64_t now_ms,
	struct outbox *out, struct fault *f)
{
	char now[TIMESTAMP_SIZE];

	timestamp_format(now, now_ms);
	if (database_begin(db, f))
		return -1;
	if (unmute(db, id, actor, now, out, f)) {
		database_rollback(db);
		return -1;
	}
	return database_commit(db, f);
}
