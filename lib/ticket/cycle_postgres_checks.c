/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/mem.h"
#include "ticket/change.h"
#include "ticket/cycle_apply.h"
#include "ticket/cycles.h"
#include "ticket/database.h"
#include "ticket/lease.h"
#include "ticket/postgres_set.h"
#include "ticket/postgres_store.h"
#include "ticket/store_cycle.h"
#include "ticket/verdict_cycle.h"

/* Extends the cluster's lease to lease->ms from now, by the server's clock. */
static struct stmt *
query_lease(struct database *db, const struct verdict_cycle *v, const struct lease *lease,
	struct fault *f)
{
	static const char sql[] = "UPDATE cycles"
				  " SET holder = $3,"
				  " holder_until = to_char((clock_timestamp() + $4::bigint"
				  " * interval '1 millisecond') AT TIME ZONE 'UTC',"
				  " 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
				  " WHERE subject = $1 AND cluster = $2";
	struct stmt *s = cycle_query(db, v, sql, f);

	if (!s)
		return NULL;
	stmt_bind_text(s, 3, lease->name);
	stmt_bind_i64(s, 4, lease->ms);
	return s;
}

int
store_extend(struct database *db, const struct verdict_cycle *v, const struct lease *lease,
	struct fault *f)
{
	struct stmt *s = query_lease(db, v, lease, f);

	return s ? stmt_run(s, f) : -1;
}

int
apply_lease(struct apply *a, struct fault *f)
{
	struct stmt *s = query_lease(a->db, a->c->cycle, a->c->lease, f);

	return s ? postgres_queue(s, f) : -1;
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

int
apply_checks(struct apply *a, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO checks (subject, cluster, invariant_name, last_listed_at,"
		" last_complete_at, last_known_at, error, unknown_digest)"
		" SELECT $1, $2, s.name, $3, CASE WHEN s.complete THEN $3 END,"
		" CASE WHEN s.known THEN $3 END, s.error, s.digest"
		" FROM unnest($4::text[], $5::boolean[], $6::boolean[], $7::text[], $8::text[])"
		" AS s (name, complete, known, error, digest)" APPLY_MERGE_CHECK;
	const struct verdict_cycle *v = a->c->cycle;
	struct stmt *s = apply_query(a, sql, f);
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

/* Deletes the keys of these invariants that are no longer unknown. */
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
	struct stmt *s = apply_query(a, sql, f);

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
	struct stmt *s = apply_query(a, sql, f);

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

int
apply_unknown(struct apply *a, struct fault *f)
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
