/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/mem.h"
#include "ticket/change.h"
#include "ticket/cycle_postgres.h"
#include "ticket/cycles.h"
#include "ticket/database.h"
#include "ticket/lease.h"
#include "ticket/postgres_set.h"
#include "ticket/postgres_store.h"
#include "ticket/store_cycle.h"
#include "ticket/verdict_cycle.h"

/* When a lease of so many milliseconds ends that is held from now on; NULL for NULL. */
#define LEASE_END(ms)                                      \
	" to_char((clock_timestamp() + " ms "::bigint"     \
	" * interval '1 millisecond') AT TIME ZONE 'UTC'," \
	" 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

static void
bind_lease(struct stmt *s, int n, const struct lease *lease)
{
	stmt_bind_text(s, n, lease ? lease->name : NULL);
	if (lease)
		stmt_bind_i64(s, n + 1, lease->ms);
	else
		stmt_bind_null(s, n + 1);
}

int
store_extend(struct database *db, const struct verdict_cycle *v, const struct lease *lease,
	struct fault *f)
{
	static const char sql[] = "UPDATE cycles"
				  " SET holder = $3, holder_until =" LEASE_END(
					  "$4") " WHERE subject = $1 AND cluster = $2";
	struct stmt *s = cycle_postgres_query(db, v, sql, f);

	if (!s)
		return -1;
	bind_lease(s, 3, lease);
	return stmt_run(s, f);
}

static void
bind_when(struct stmt *s, int n, int64_t ms)
{
	char text[TIMESTAMP_SIZE] = "";

	if (ms != TIMESTAMP_NEVER)
		timestamp_format(text, ms);
	stmt_bind_text(s, n, *text ? text : NULL);
}

static int
note_cycle(struct apply *a, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO cycles (subject, cluster, cluster_id, last_at, digest, last_opened_at,"
		" step_ms, identified_at, holder, holder_until)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9," LEASE_END(
			"$10") ")"
			       " ON CONFLICT (subject, cluster) DO UPDATE"
			       " SET cluster_id = coalesce(excluded.cluster_id, cycles.cluster_id),"
			       " last_at = excluded.last_at,"
			       " digest = excluded.digest,"
			       " last_opened_at = excluded.last_opened_at,"
			       " step_ms = excluded.step_ms,"
			       " identified_at = coalesce(excluded.identified_at, "
			       "cycles.identified_at),"
			       " holder = coalesce(excluded.holder, cycles.holder),"
			       " holder_until = coalesce(excluded.holder_until, "
			       "cycles.holder_until)";
	const struct verdict_cycle *v = a->c->cycle;
	struct stmt *s = cycle_postgres_query(a->db, v, sql, f);
	char digest[CYCLES_DIGEST_SIZE];

	if (!s)
		return -1;
	cycles_digest(digest, v->digest);
	stmt_bind_text(s, 3, v->cluster_id);
	stmt_bind_text(s, 4, a->at);
	stmt_bind_text(s, 5, digest);
	bind_when(s, 6, a->c->last_opened_ms);
	if (a->c->step_ms == TIMESTAMP_NEVER)
		stmt_bind_null(s, 7);
	else
		stmt_bind_i64(s, 7, a->c->step_ms);
	stmt_bind_text(s, 8, v->cluster_id ? a->at : NULL);
	bind_lease(s, 9, a->c->lease);
	return postgres_queue(s, f);
}

/* Of a cycle that was refused, the ticket that this has opened is all there is to note. */
static int
note_opened(struct apply *a, struct fault *f)
{
	static const char sql[] = "UPDATE cycles SET last_opened_at = $3"
				  " WHERE subject = $1 AND cluster = $2";
	struct stmt *s = cycle_postgres_query(a->db, a->c->cycle, sql, f);

	if (!s)
		return -1;
	bind_when(s, 3, a->c->last_opened_ms);
	return postgres_queue(s, f);
}

static int
note_gap(struct apply *a, struct fault *f)
{
	static const char sql[] = "INSERT INTO gaps (subject, cluster, began_at, ended_at)"
				  " VALUES ($1, $2, $3, $4)"
				  " ON CONFLICT (subject, cluster, began_at) DO UPDATE"
				  " SET ended_at = excluded.ended_at";
	struct stmt *s = cycle_postgres_query(a->db, a->c->cycle, sql, f);

	if (!s)
		return -1;
	bind_when(s, 3, a->c->gap_began_ms);
	stmt_bind_text(s, 4, a->at);
	return postgres_queue(s, f);
}

static void
add_check(struct postgres_set *set, const struct invariant *i)
{
	char digest[CYCLES_DIGEST_SIZE];

	cycles_digest(digest, i->unknown_digest);
	postgres_set_span(set, i->name);
	postgres_set_bool(set, i->complete);
	postgres_set_bool(set, i->complete && i->known);
	postgres_set_span(set, i->error);
	postgres_set_text(set, i->complete && i->unknown_count ? digest : NULL);
}

static int
note_checks(struct apply *a, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO checks (subject, cluster, invariant_name, last_listed_at,"
		" last_complete_at, last_known_at, error, unknown_digest)"
		" SELECT $1, $2, s.name, $3, CASE WHEN s.complete THEN $3 END,"
		" CASE WHEN s.known THEN $3 END, s.error, s.digest"
		" FROM unnest($4::text[], $5::boolean[], $6::boolean[], $7::text[], $8::text[])"
		" AS s (name, complete, known, error, digest)"
		" ON CONFLICT (subject, cluster, invariant_name) DO UPDATE"
		" SET last_complete_at ="
		" coalesce(excluded.last_complete_at, checks.last_complete_at),"
		" last_known_at = coalesce(excluded.last_known_at, checks.last_known_at),"
		" last_listed_at = excluded.last_listed_at,"
		" error = excluded.error,"
		" unknown_digest = CASE WHEN excluded.last_complete_at IS NULL"
		" THEN checks.unknown_digest ELSE excluded.unknown_digest END";
	const struct verdict_cycle *v = a->c->cycle;
	struct stmt *s = cycle_postgres_query(a->db, v, sql, f);
	struct postgres_set set;
	int result = s ? 0 : -1;

	postgres_set_init(&set, 5);
	for (size_t i = 0; i < v->invariant_count; i++)
		if (v->invariants[i].checked)
			add_check(&set, &v->invariants[i]);
	if (set.rows && result == 0) {
		stmt_bind_text(s, 3, a->at);
		postgres_set_bind(&set, s, 4);
		result = postgres_queue(s, f);
	}
	postgres_set_free(&set);
	return result;
}

/* Of the invariants named, the keys that are unknown no more. */
static int
drop_unknown(struct apply *a, const struct postgres_set *names, const struct postgres_set *kept,
	struct fault *f)
{
	static const char sql[] =
		"DELETE FROM unknown AS u"
		" USING unnest($3::text[]) AS i (name)"
		" WHERE u.subject = $1 AND u.cluster = $2 AND u.invariant_name = i.name"
		" AND NOT EXISTS (SELECT 1 FROM unnest($4::text[]) AS k (key)"
		" WHERE k.key = u.violation_key)";
	struct postgres_set keys = {.width = 1};
	struct stmt *s = cycle_postgres_query(a->db, a->c->cycle, sql, f);

	if (!s)
		return -1;
	keys.columns[0] = kept->columns[1];
	postgres_set_bind(names, s, 3);
	postgres_set_bind(&keys, s, 4);
	return postgres_queue(s, f);
}

static int
keep_unknown(struct apply *a, const struct postgres_set *kept, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO unknown (subject, cluster, invariant_name, violation_key, store_id,"
		" since, reason, missing)"
		" SELECT $1, $2, s.name, s.key, s.store, $3, s.reason, s.missing"
		" FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[])"
		" AS s (name, key, store, reason, missing)"
		" ON CONFLICT (subject, cluster, invariant_name, violation_key) DO UPDATE"
		" SET reason = excluded.reason, missing = excluded.missing"
		" WHERE unknown.reason IS DISTINCT FROM excluded.reason"
		" OR unknown.missing IS DISTINCT FROM excluded.missing";
	struct stmt *s = cycle_postgres_query(a->db, a->c->cycle, sql, f);

	if (!s)
		return -1;
	stmt_bind_text(s, 3, a->at);
	postgres_set_bind(kept, s, 4);
	return postgres_queue(s, f);
}

static void
add_unknown(struct postgres_set *set, const struct verdict_cycle *v, const struct verdict *verdict)
{
	const struct unknown_reason *reason = &v->reasons[verdict->reason];

	postgres_set_span(set, verdict_invariant(v, verdict));
	postgres_set_span(set, verdict->key);
	postgres_set_span(set, verdict_store(v, verdict));
	postgres_set_span(set, reason->reason);
	postgres_set_span(set, reason->missing);
}

/* Only invariants whose unknown records have changed are touched. */
static int
note_unknown(struct apply *a, struct fault *f)
{
	const struct verdict_cycle *v = a->c->cycle;
	bool *changed = mem_zero(v->invariant_count, sizeof *changed);
	struct postgres_set names, kept;
	int result = 0;

	postgres_set_init(&names, 1);
	postgres_set_init(&kept, 5);
	for (size_t i = 0; i < a->c->unknown_count; i++) {
		const struct change_unknown *u = &a->c->unknowns[i];

		changed[u->invariant] = true;
		if (u->had_rows)
			postgres_set_span(&names, v->invariants[u->invariant].name);
	}
	for (size_t i = 0; i < v->count && a->c->unknown_count; i++)
		if (v->items[i].state == VERDICT_UNKNOWN && changed[v->items[i].invariant])
			add_unknown(&kept, v, &v->items[i]);
	if (names.rows)
		result = drop_unknown(a, &names, &kept, f);
	if (kept.rows && result == 0)
		result = keep_unknown(a, &kept, f);
	postgres_set_free(&kept);
	postgres_set_free(&names);
	free(changed);
	return result;
}

int
apply_cycle(struct apply *a, struct fault *f)
{
	if (a->c->refused)
		return a->c->open_count ? note_opened(a, f) : 0;
	if (note_cycle(a, f))
		return -1;
	if (a->c->gap_began_ms != TIMESTAMP_NEVER && note_gap(a, f))
		return -1;
	return note_checks(a, f) ? -1 : note_unknown(a, f);
}
