/* SPDX-License-Identifier: ISC */
#include "ticket/cluster.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/mem.h"
#include "base/timestamp.h"
#include "ticket/checks.h"
#include "ticket/cycles.h"
#include "ticket/database.h"
#include "ticket/ledger.h"
#include "ticket/outbox.h"
#include "ticket/pending.h"
#include "ticket/store_lock.h"
#include "ticket/tickets.h"
#include "ticket/unknown.h"
#include "ticket/verdict_cycle.h"

/* The subjects of a cluster's name. */
struct subjects {
	char **names;
	size_t count, cap;
};

static void
subjects_free(struct subjects *all)
{
	for (size_t i = 0; i < all->count; i++)
		free(all->names[i]);
	free(all->names);
}

static int
find_subjects(
	struct database *db, const struct cluster_change *c, struct subjects *all, struct fault *f)
{
	struct stmt *row;
	int got;

	if (store_lock_clusters(db, c->subject, c->cluster, f))
		return -1;
	row = cycles_subjects(db, c->cluster, c->subject, f);
	got = row ? 1 : -1;

	while (row && (got = stmt_step(row, f)) > 0) {
		all->names = mem_grow(all->names, all->count, &all->cap, sizeof *all->names);
		all->names[all->count++] = mem_copy(stmt_text(row, 0, NULL));
	}
	if (got == 0 && !all->count)
		return fault_set(f, STATUS_NO, "there is no cluster %s%s%s", c->cluster,
			c->subject ? " of the subject " : "", c->subject ? c->subject : "");
	return got;
}

static int
resolve(struct database *db, int64_t id, const struct cluster_change *c, const char *now,
	const char *resolution, struct fault *f)
{
	if (tickets_resolve(db, id, now, resolution, f))
		return -1;
	return ledger_add(db, id, now, "resolved", c->actor, span_of(resolution), f);
}

/* Resolves unresolved tickets of one invariant, or if NULL of all except `but`. */
static int
resolve_all(struct database *db, const struct cluster_change *c, const char *subject,
	const char *invariant, const char *but, const char *resolution, size_t *count,
	struct fault *f)
{
	struct stmt *row = tickets_unresolved_of(db, subject, c->cluster, invariant, but, f);
	int64_t *ids = NULL;
	size_t id_count = 0;
	char now[TIMESTAMP_SIZE];
	int result = row ? stmt_numbers(row, &ids, &id_count, f) : -1;

	timestamp_format(now, c->now_ms);
	for (size_t i = 0; i < id_count && result == 0; i++)
		result = resolve(db, ids[i], c, now, resolution, f);
	*count += id_count;
	free(ids);
	return result;
}

/* Forgets the checks of an invariant, or of all if it is NULL. The number of rows deleted, or -1.
 */
static int64_t
forget_checks(struct database *db, const char *subject, const char *cluster, const char *invariant,
	struct fault *f)
{
	int64_t checks = checks_forget(db, subject, cluster, invariant, f);
	int64_t pending = checks < 0 ? -1 : pending_forget(db, subject, cluster, invariant, f);
	int64_t unknown = pending < 0 ? -1 : unknown_forget(db, subject, cluster, invariant, f);

	return unknown < 0 ? -1 : checks + pending + unknown;
}

static int
adopt(struct database *db, const struct cluster_change *c, const char *subject, const char *id,
	size_t *resolved, size_t *adopted, struct fault *f)
{
	int got = cycles_adopt(db, subject, c->cluster, id, f);

	if (got <= 0)
		return got;
	++*adopted;
	if (resolve_all(db, c, subject, NULL, VERDICT_OWN_INVARIANT, "gone", resolved, f))
		return -1;
	return forget_checks(db, subject, c->cluster, NULL, f) < 0 ? -1 : 0;
}

static int
adopt_all(struct database *db, const struct cluster_change *c, const char *id, struct outbox *out,
	struct fault *f)
{
	struct subjects all = {.names = NULL};
	size_t resolved = 0, adopted = 0;
	int result = find_subjects(db, c, &all, f);

	for (size_t i = 0; i < all.count && result == 0; i++)
		result = adopt(db, c, all.names[i], id, &resolved, &adopted, f);
	subjects_free(&all);
	if (result)
		return -1;
	if (!adopted)
		outbox_say(out, "%s has the cluster_id %s already", c->cluster, id);
	else
		outbox_say(out, "%s has the cluster_id %s from now on; resolved %zu ticket(s)",
			c->cluster, id, resolved);
	return 0;
}

static int
finish(struct database *db, int result, struct fault *f)
{
	if (result == 0)
		return database_commit(db, f);
	database_rollback(db);
	return -1;
}

int
cluster_adopt(struct database *db, const struct cluster_change *c, const char *id,
	struct outbox *out, struct fault *f)
{
	if (database_begin(db, f))
		return -1;
	return finish(db, adopt_all(db, c, id, out, f), f);
}

static int
forget(struct database *db, const struct cluster_change *c, const char *subject,
	const char *invariant, size_t *resolved, bool *known, struct fault *f)
{
	size_t before = *resolved;
	int64_t got;

	if (resolve_all(db, c, subject, invariant, NULL, "manual", resolved, f))
		return -1;
	got = forget_checks(db, subject, c->cluster, invariant, f);
	if (got < 0)
		return -1;
	*known |= got > 0 || *resolved > before || !invariant;
	return invariant ? 0 : cycles_forget(db, subject, c->cluster, f);
}

static int
forget_all(struct database *db, const struct cluster_change *c, const char *invariant,
	struct outbox *out, struct fault *f)
{
	struct subjects all = {.names = NULL};
	size_t resolved = 0;
	bool known = false;
	int result = find_subjects(db, c, &all, f);

	for (size_t i = 0; i < all.count && result == 0; i++)
		result = forget(db, c, all.names[i], invariant, &resolved, &known, f);
	subjects_free(&all);
	if (result)
		return -1;
	if (!known)
		return fault_set(f, STATUS_NO, "there is no invariant %s in the cluster %s",
			invariant, c->cluster);
	outbox_say(out, "Forgot %s%s%s; resolved %zu ticket(s)", invariant ? invariant : "",
		invariant ? " of " : "", c->cluster, resolved);
	return 0;
}

int
cluster_forget(struct database *db, const struct cluster_change *c, const char *invariant,
	struct outbox *out, struct fault *f)
{
	if (database_begin(db, f))
		return -1;
	return finish(db, forget_all(db, c, invariant, out, f), f);
}
