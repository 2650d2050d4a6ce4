/* SPDX-License-Identifier: ISC */
#include <stddef.h>

#include "ticket/change.h"
#include "ticket/cycle_apply.h"
#include "ticket/cycle_postgres.h"
#include "ticket/database.h"
#include "ticket/postgres_set.h"
#include "ticket/postgres_store.h"
#include "ticket/verdict_cycle.h"

/* One statement for all tickets that it concerns. $1 is the cycle's time, the set follows. */
struct part {
	const char *sql;
	size_t width;
	bool (*concerns)(const struct change_ticket *t);
	void (*add)(struct postgres_set *set, const struct change_ticket *t); /* but for the id */
};

static bool
is_lapsed(const struct change_ticket *t)
{
	return t->lapsed;
}

static void
add_nothing(struct postgres_set *set, const struct change_ticket *t)
{
	(void)set;
	(void)t;
}

static bool
is_remuted(const struct change_ticket *t)
{
	return t->remuted;
}

static void
add_muted(struct postgres_set *set, const struct change_ticket *t)
{
	postgres_set_bool(set, t->muted);
}

static bool
has_stood(const struct change_ticket *t)
{
	return t->stood && t->kind != CHANGE_RESOLVE;
}

static void
add_standing(struct postgres_set *set, const struct change_ticket *t)
{
	postgres_set_text(set, verdict_state_name(t->standing.verdict));
	postgres_set_time(set, t->standing.since_ms);
	postgres_set_time(set, t->standing.lost_since_ms);
	postgres_set_bool(set, t->standing.lost);
}

static bool
is_counted(const struct change_ticket *t)
{
	return t->kind == CHANGE_COUNT;
}

static void
add_violation(struct postgres_set *set, const struct change_ticket *t)
{
	postgres_set_span(set, t->violation->message);
	postgres_set_text(set, severity_word(t->severity));
	postgres_set_span(set, t->violation->doc);
	postgres_set_span(set, t->violation->link);
}

static bool
is_moved(const struct change_ticket *t)
{
	return t->kind == CHANGE_MOVE;
}

static void
add_timers(struct postgres_set *set, const struct change_ticket *t)
{
	postgres_set_time(set, t->ok_since_ms);
	postgres_set_time(set, t->absent_since_ms);
}

static bool
is_resolved(const struct change_ticket *t)
{
	return t->kind == CHANGE_RESOLVE;
}

static void
add_resolution(struct postgres_set *set, const struct change_ticket *t)
{
	add_timers(set, t);
	postgres_set_text(set, t->resolution);
}

static const char lapse_sql[] = "UPDATE tickets AS t"
				" SET held = FALSE, held_until = NULL, updated_at = $1"
				" FROM unnest($2::bigint[]) AS s (id)"
				" WHERE t.id = s.id";

static const char mute_sql[] = "UPDATE tickets AS t"
			       " SET muted = s.muted, updated_at = $1"
			       " FROM unnest($2::bigint[], $3::boolean[]) AS s (id, muted)"
			       " WHERE t.id = s.id";

static const char stand_sql[] =
	"UPDATE tickets AS t"
	" SET verdict = s.verdict, verdict_since = s.since, lost_since = s.lost_since,"
	" lost = s.lost"
	" FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::boolean[])"
	" AS s (id, verdict, since, lost_since, lost)"
	" WHERE t.id = s.id AND $1::text IS NOT NULL";

static const char count_sql[] =
	"UPDATE tickets AS t"
	" SET occurrence_count = t.occurrence_count + 1, last_seen_at = $1, updated_at = $1,"
	" message = s.message, severity = s.severity, doc = s.doc, link = s.link,"
	" ok_since = NULL, absent_since = NULL"
	" FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])"
	" AS s (id, message, severity, doc, link)"
	" WHERE t.id = s.id";

static const char move_sql[] =
	"UPDATE tickets AS t"
	" SET ok_since = s.ok_since, absent_since = s.absent_since, updated_at = $1"
	" FROM unnest($2::bigint[], $3::text[], $4::text[]) AS s (id, ok_since, absent_since)"
	" WHERE t.id = s.id";

static const char resolve_sql[] =
	"UPDATE tickets AS t"
	" SET status = 'resolved', resolved_at = $1, resolution = s.resolution,"
	" ok_since = s.ok_since, absent_since = s.absent_since, verdict = NULL,"
	" verdict_since = NULL, lost_since = NULL, lost = FALSE, updated_at = $1"
	" FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[])"
	" AS s (id, ok_since, absent_since, resolution)"
	" WHERE t.id = s.id";

/* In this order: a ticket may need several. */
static const struct part parts[] = {
	{lapse_sql, 1, is_lapsed, add_nothing},
	{mute_sql, 2, is_remuted, add_muted},
	{stand_sql, 5, has_stood, add_standing},
	{count_sql, 5, is_counted, add_violation},
	{move_sql, 3, is_moved, add_timers},
	{resolve_sql, 4, is_resolved, add_resolution},
};

static int
apply_part(struct apply *a, const struct part *p, struct fault *f)
{
	struct postgres_set set;
	struct stmt *s;
	int result = 0;

	postgres_set_init(&set, p->width);
	for (size_t i = 0; i < a->c->ticket_count; i++) {
		const struct change_ticket *t = &a->c->tickets[i];

		if (!p->concerns(t))
			continue;
		postgres_set_i64(&set, t->id);
		p->add(&set, t);
	}
	if (set.rows) {
		s = database_query(a->db, p->sql, f);
		result = s ? 0 : -1;
	}
	if (set.rows && result == 0) {
		stmt_bind_text(s, 1, a->at);
		postgres_set_bind(&set, s, 2);
		result = postgres_queue(s, f);
	}
	postgres_set_free(&set);
	return result;
}

int
apply_tickets(struct apply *a, struct fault *f)
{
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (apply_part(a, &parts[i], f))
			return -1;
	return 0;
}

static int
drop_pending(struct apply *a, struct fault *f)
{
	static const char sql[] =
		"DELETE FROM pending AS p"
		" USING unnest($3::text[]) AS s (key)"
		" WHERE p.subject = $1 AND p.cluster = $2 AND p.violation_key = s.key";
	struct stmt *s = apply_query(a, sql, f);
	struct postgres_set set;
	int result = s ? 0 : -1;

	postgres_set_init(&set, 1);
	for (size_t i = 0; i < a->c->drop_count; i++)
		postgres_set_span(&set, a->c->drops[i]);
	for (size_t i = 0; i < a->c->open_count; i++)
		if (a->c->opens[i].was_pending)
			postgres_set_span(&set, a->c->opens[i].verdict->key);
	if (set.rows && result == 0) {
		postgres_set_bind(&set, s, 3);
		result = postgres_queue(s, f);
	}
	postgres_set_free(&set);
	return result;
}

static void
add_pending(struct postgres_set *set, const struct apply *a, const struct change_pending *p)
{
	const struct verdict_cycle *v = a->c->cycle;
	const struct violation *violation = &v->violations[p->verdict->violation];

	postgres_set_span(set, p->verdict->key);
	postgres_set_span(set, verdict_invariant(v, p->verdict));
	postgres_set_span(set, verdict_store(v, p->verdict));
	postgres_set_time(set, p->first_seen_ms);
	postgres_set_time(set, p->first_seen_ms + violation->grace_ms);
	postgres_set_text(set, severity_word(violation->severity));
	postgres_set_span(set, violation->message);
}

static int
keep_pending(struct apply *a, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO pending (subject, cluster, violation_key, invariant_name, store_id,"
		" first_seen_at, last_seen_at, opens_at, severity, message)"
		" SELECT $1, $2, s.key, s.name, s.store, s.first_seen, $3, s.opens, s.severity,"
		" s.message"
		" FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[],"
		" $9::text[], $10::text[])"
		" AS s (key, name, store, first_seen, opens, severity, message)"
		" ON CONFLICT (subject, cluster, violation_key) DO UPDATE"
		" SET first_seen_at = excluded.first_seen_at,"
		" last_seen_at = excluded.last_seen_at, opens_at = excluded.opens_at,"
		" severity = excluded.severity, message = excluded.message";
	struct stmt *s = apply_query(a, sql, f);
	struct postgres_set set;
	int result;

	if (!s)
		return -1;
	postgres_set_init(&set, 7);
	for (size_t i = 0; i < a->c->keep_count; i++)
		add_pending(&set, a, &a->c->keeps[i]);
	stmt_bind_text(s, 3, a->at);
	postgres_set_bind(&set, s, 4);
	result = postgres_queue(s, f);
	postgres_set_free(&set);
	return result;
}

int
apply_pending(struct apply *a, struct fault *f)
{
	if (drop_pending(a, f))
		return -1;
	return a->c->keep_count ? keep_pending(a, f) : 0;
}
