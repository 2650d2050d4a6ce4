/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ticket/change.h"
#include "ticket/cycle_apply.h"
#include "ticket/cycles.h"
#include "ticket/database.h"
#include "ticket/lease.h"
#include "ticket/store_cycle.h"
#include "ticket/ticket.h"
#include "ticket/verdict_cycle.h"

static int
note_check(struct apply *a, const struct invariant *i, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO checks (subject, cluster, invariant_name, last_listed_at,"
		" last_complete_at, last_known_at, error, unknown_digest)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8)" APPLY_MERGE_CHECK;
	struct stmt *s = apply_query(a, sql, f);
	char digest[CYCLES_DIGEST_SIZE];

	if (!s)
		return -1;
	cycles_digest(digest, i->unknown_digest);
	stmt_bind_span(s, 3, i->name);
	stmt_bind_text(s, 4, a->at);
	stmt_bind_text(s, 5, i->complete ? a->at : NULL);
	stmt_bind_text(s, 6, i->complete && i->known ? a->at : NULL);
	stmt_bind_span(s, 7, i->error);
	stmt_bind_text(s, 8, i->complete && i->unknown_count ? digest : NULL);
	return stmt_run(s, f);
}

/* When a lease taken now ends. */
static int
lease_until(
	struct database *db, const struct lease *lease, char until[TIMESTAMP_SIZE], struct fault *f)
{
	int64_t now_ms = 0;

	if (database_now(db, &now_ms, f) || (now_ms < 0 && clock_stamp_ms(&now_ms, f)))
		return -1; /* a time before 1970 cannot be written */
	timestamp_format(until, now_ms + lease->ms);
	return 0;
}

int
store_extend(struct database *db, const struct verdict_cycle *v, const struct lease *lease,
	struct fault *f)
{
	static const char sql[] = "UPDATE cycles SET holder = $3, holder_until = $4"
				  " WHERE subject = $1 AND cluster = $2";
	struct stmt *s = cycle_query(db, v, sql, f);
	char until[TIMESTAMP_SIZE];

	if (!s || lease_until(db, lease, until, f))
		return -1;
	stmt_bind_text(s, 3, lease->name);
	stmt_bind_text(s, 4, until);
	return stmt_run(s, f);
}

int
apply_lease(struct apply *a, struct fault *f)
{
	return store_extend(a->db, a->c->cycle, a->c->lease, f);
}

/* Finds the keys of an invariant that are no longer unknown. */
static int
find_stale(struct apply *a, struct span name, struct arena *texts, struct span **keys,
	size_t *count, struct fault *f)
{
	static const char sql[] = "SELECT violation_key FROM unknown"
				  " WHERE subject = $1 AND cluster = $2 AND invariant_name = $3";
	struct stmt *row = apply_query(a, sql, f);
	size_t cap = 0;
	int got;

	if (!row)
		return -1;
	stmt_bind_span(row, 3, name);
	while ((got = stmt_step(row, f)) > 0) {
		struct span key = stmt_span(row, 0);
		const struct verdict *verdict = verdict_cycle_find(a->c->cycle, key);

		if (verdict && verdict->state == VERDICT_UNKNOWN)
			continue;
		*keys = mem_grow(*keys, *count, &cap, sizeof **keys);
		(*keys)[(*count)++] = ticket_keep(texts, row, 0);
	}
	return got;
}

static int
drop_unknown(struct apply *a, struct span name, struct span key, struct fault *f)
{
	static const char sql[] = "DELETE FROM unknown"
				  " WHERE subject = $1 AND cluster = $2 AND invariant_name = $3"
				  " AND violation_key = $4";
	struct stmt *s = apply_query(a, sql, f);

	if (!s)
		return -1;
	stmt_bind_span(s, 3, name);
	stmt_bind_span(s, 4, key);
	return stmt_run(s, f);
}

static int
drop_stale(struct apply *a, struct span name, struct fault *f)
{
	struct arena texts = {0};
	struct span *keys = NULL;
	size_t count = 0;
	int result = find_stale(a, name, &texts, &keys, &count, f);

	for (size_t i = 0; i < count && result == 0; i++)
		result = drop_unknown(a, name, keys[i], f);
	free(keys);
	arena_free(&texts);
	return result;
}

static int
keep_unknown(struct apply *a, const struct verdict *verdict, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO unknown (subject, cluster, invariant_name, violation_key, store_id,"
		" since, reason, missing)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
		" ON CONFLICT (subject, cluster, invariant_name, violation_key) DO UPDATE"
		" SET reason = excluded.reason, missing = excluded.missing"
		" WHERE unknown.reason IS NOT excluded.reason"
		" OR unknown.missing IS NOT excluded.missing";
	const struct verdict_cycle *v = a->c->cycle;
	const struct unknown_reason *reason = &v->reasons[verdict->reason];
	struct span name = verdict_invariant(v, verdict);
	struct span store = verdict_store(v, verdict);
	struct stmt *s = apply_query(a, sql, f);

	if (!s)
		return -1;
	stmt_bind_span(s, 3, name);
	stmt_bind_span(s, 4, verdict->key);
	stmt_bind_span(s, 5, store);
	stmt_bind_text(s, 6, a->at);
	stmt_bind_span(s, 7, reason->reason);
	stmt_bind_span(s, 8, reason->missing);
	return stmt_run(s, f);
}

int
apply_checks(struct apply *a, struct fault *f)
{
	const struct verdict_cycle *v = a->c->cycle;

	for (size_t i = 0; i < v->invariant_count; i++)
		if (v->invariants[i].checked && note_check(a, &v->invariants[i], f))
			return -1;
	return 0;
}

int
apply_unknown(struct apply *a, struct fault *f)
{
	const struct verdict_cycle *v = a->c->cycle;
	bool *changed = mem_zero(v->invariant_count, sizeof *changed);
	int result = 0;

	for (size_t i = 0; i < a->c->unknown_count && result == 0; i++) {
		const struct change_unknown *u = &a->c->unknowns[i];

		changed[u->invariant] = true;
		if (u->had_rows)
			result = drop_stale(a, v->invariants[u->invariant].name, f);
	}
	for (size_t i = 0; i < v->count && a->c->unknown_count && result == 0; i++)
		if (v->items[i].state == VERDICT_UNKNOWN && changed[v->items[i].invariant])
			result = keep_unknown(a, &v->items[i], f);
	free(changed);
	return result;
}
