/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "base/timestamp.h"
#include "ticket/batch.h"
#include "ticket/change.h"
#include "ticket/cycle_apply.h"
#include "ticket/database.h"
#include "ticket/ledger.h"
#include "ticket/sqlite.h"
#include "ticket/store_cycle.h"
#include "ticket/verdict_cycle.h"

int
apply_run(struct stmt *s, struct fault *f)
{
	return stmt_run(s, f);
}

static void
bind_seconds(struct stmt *s, int n, double seconds)
{
	if (seconds < 0)
		stmt_bind_null(s, n);
	else if (seconds == (double)(int64_t)seconds)
		stmt_bind_i64(s, n, (int64_t)seconds);
	else
		stmt_bind_double(s, n, seconds);
}

static int
drop_pending(struct apply *a, struct span key, struct fault *f)
{
	static const char sql[] = "DELETE FROM pending"
				  " WHERE subject = $1 AND cluster = $2 AND violation_key = $3";
	struct stmt *s = apply_query(a, sql, f);

	if (!s)
		return -1;
	stmt_bind_span(s, 3, key);
	return stmt_run(s, f);
}

static int
keep_pending(struct apply *a, const struct change_pending *p, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO pending (subject, cluster, violation_key, invariant_name, store_id,"
		" first_seen_at, last_seen_at, opens_at, severity, message)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
		" ON CONFLICT (subject, cluster, violation_key) DO UPDATE"
		" SET first_seen_at = excluded.first_seen_at,"
		" last_seen_at = excluded.last_seen_at,"
		" opens_at = excluded.opens_at,"
		" severity = excluded.severity,"
		" message = excluded.message";
	const struct verdict_cycle *v = a->c->cycle;
	struct span name = verdict_invariant(v, p->verdict);
	struct span store = verdict_store(v, p->verdict);
	const struct violation *violation = &v->violations[p->verdict->violation];
	struct stmt *s = apply_query(a, sql, f);
	char first_seen[TIMESTAMP_SIZE], opens[TIMESTAMP_SIZE];

	if (!s)
		return -1;
	timestamp_format(first_seen, p->first_seen_ms);
	timestamp_format(opens, p->first_seen_ms + violation->grace_ms);
	stmt_bind_span(s, 3, p->verdict->key);
	stmt_bind_span(s, 4, name);
	stmt_bind_span(s, 5, store);
	stmt_bind_text(s, 6, first_seen);
	stmt_bind_text(s, 7, a->at);
	stmt_bind_text(s, 8, opens);
	stmt_bind_text(s, 9, severity_word(violation->severity));
	stmt_bind_span(s, 10, violation->message);
	return stmt_run(s, f);
}

static int
count_violation(struct apply *a, const struct change_ticket *t, struct fault *f)
{
	static const char sql[] = "UPDATE tickets"
				  " SET occurrence_count = occurrence_count + 1,"
				  " last_seen_at = $2,"
				  " updated_at = $2,"
				  " message = $3,"
				  " severity = $4,"
				  " doc = $5,"
				  " link = $6,"
				  " ok_since = NULL,"
				  " absent_since = NULL"
				  " WHERE id = $1";
	struct stmt *s = database_query_at(a->db, sql, t->id, a->at, f);

	if (!s)
		return -1;
	stmt_bind_span(s, 3, t->violation->message);
	stmt_bind_text(s, 4, severity_word(t->severity));
	stmt_bind_span(s, 5, t->violation->doc);
	stmt_bind_span(s, 6, t->violation->link);
	return stmt_run(s, f);
}

static int
move(struct apply *a, const struct change_ticket *t, struct fault *f)
{
	static const char sql[] = "UPDATE tickets"
				  " SET ok_since = $3, absent_since = $4, updated_at = $2"
				  " WHERE id = $1";
	struct stmt *s = database_query_at(a->db, sql, t->id, a->at, f);
	char ok_since[TIMESTAMP_SIZE], absent_since[TIMESTAMP_SIZE];

	if (!s)
		return -1;
	apply_bind_when(s, 3, ok_since, t->ok_since_ms);
	apply_bind_when(s, 4, absent_since, t->absent_since_ms);
	return stmt_run(s, f);
}

static int
resolve(struct apply *a, const struct change_ticket *t, struct fault *f)
{
	static const char sql[] = "UPDATE tickets"
				  " SET status = 'resolved',"
				  " resolved_at = $2,"
				  " resolution = $5,"
				  " ok_since = $3,"
				  " absent_since = $4,"
				  " verdict = NULL,"
				  " verdict_since = NULL,"
				  " lost_since = NULL,"
				  " lost = FALSE,"
				  " updated_at = $2"
				  " WHERE id = $1";
	struct stmt *s = database_query_at(a->db, sql, t->id, a->at, f);
	char ok_since[TIMESTAMP_SIZE], absent_since[TIMESTAMP_SIZE];

	if (!s)
		return -1;
	apply_bind_when(s, 3, ok_since, t->ok_since_ms);
	apply_bind_when(s, 4, absent_since, t->absent_since_ms);
	stmt_bind_text(s, 5, t->resolution);
	return stmt_run(s, f);
}

/* Stores the verdict, and since when evidence has been missing. */
static int
stand(struct apply *a, const struct change_ticket *t, struct fault *f)
{
	static const char sql[] =
		"UPDATE tickets"
		" SET verdict = $2, verdict_since = $3, lost_since = $4, lost = $5"
		" WHERE id = $1";
	struct stmt *s = database_query(a->db, sql, f);
	char since[TIMESTAMP_SIZE], lost_since[TIMESTAMP_SIZE];

	if (!s)
		return -1;
	stmt_bind_i64(s, 1, t->id);
	stmt_bind_text(s, 2, verdict_state_name(t->standing.verdict));
	apply_bind_when(s, 3, since, t->standing.since_ms);
	apply_bind_when(s, 4, lost_since, t->standing.lost_since_ms);
	stmt_bind_i64(s, 5, t->standing.lost);
	return stmt_run(s, f);
}

static int
mute(struct apply *a, const struct change_ticket *t, struct fault *f)
{
	static const char sql[] = "UPDATE tickets SET muted = $3, updated_at = $2 WHERE id = $1";
	struct stmt *s = database_query_at(a->db, sql, t->id, a->at, f);

	if (!s)
		return -1;
	stmt_bind_i64(s, 3, t->muted);
	return stmt_run(s, f);
}

static int
change_ticket(struct apply *a, const struct change_ticket *t, struct fault *f)
{
	if (t->lapsed && tickets_unhold(a->db, t->id, a->at, f))
		return -1;
	if (t->remuted && mute(a, t, f))
		return -1;
	if (t->stood && t->kind != CHANGE_RESOLVE && stand(a, t, f))
		return -1;
	switch (t->kind) {
	case CHANGE_NOTHING:
		break;
	case CHANGE_COUNT:
		return count_violation(a, t, f);
	case CHANGE_MOVE:
		return move(a, t, f);
	case CHANGE_RESOLVE:
		return resolve(a, t, f);
	}
	return 0;
}

/* Inserts the ticket. The unique index refuses a second unresolved one of a key. */
static int
insert(struct apply *a, struct change_open *o, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO tickets (subject, cluster, violation_key, invariant_name, store_id,"
		" status, held, flapping, flap_window_s, batch_key, occurrence_count,"
		" first_seen_at, last_seen_at, message, severity, metric_snapshot, created_at,"
		" updated_at, doc, link, muted, verdict)"
		" VALUES ($1, $2, $3, $4, $5, 'open', FALSE, $6, $7, $8, 1, $9, $10, $11, $12,"
		" $13, $10, $10, $14, $15, $16, 'violated')";
	const struct violation *violation = o->violation;
	struct span name = verdict_invariant(a->c->cycle, o->verdict);
	struct span store = verdict_store(a->c->cycle, o->verdict);
	struct stmt *s = apply_query(a, sql, f);
	char first_seen[TIMESTAMP_SIZE];
	char batch[BATCH_KEY_SIZE];

	if (!s)
		return -1;
	timestamp_format(first_seen, o->first_seen_ms);
	batch_key(batch, o->batch_begin_ms);
	stmt_bind_span(s, 3, o->verdict->key);
	stmt_bind_span(s, 4, name);
	stmt_bind_span(s, 5, store);
	stmt_bind_i64(s, 6, o->flapping);
	bind_seconds(s, 7, violation->flap_window_s);
	stmt_bind_text(s, 8, batch);
	stmt_bind_text(s, 9, first_seen);
	stmt_bind_text(s, 10, a->at);
	stmt_bind_span(s, 11, violation->message);
	stmt_bind_text(s, 12, severity_word(violation->severity));
	stmt_bind_span(s, 13, violation->snapshot);
	stmt_bind_span(s, 14, violation->doc);
	stmt_bind_span(s, 15, violation->link);
	stmt_bind_i64(s, 16, o->muted);
	if (stmt_run(s, f))
		return -1;
	o->id = sqlite_last_id(a->db);
	return 0;
}

static int
add_event(struct apply *a, struct change_event *e, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO ticket_events (ticket_id, at, event, actor, note, muted)"
		" VALUES ($1, $2, $3, $4, $5, $6)";
	struct stmt *s;

	if (e->ticket_id < 0)
		e->ticket_id = a->c->opens[-(e->ticket_id + 1)].id;
	s = database_query_at(a->db, sql, e->ticket_id, a->at, f);
	if (!s)
		return -1;
	stmt_bind_text(s, 3, e->event);
	stmt_bind_text(s, 4, LEDGER_SELF);
	stmt_bind_text(s, 5, e->note);
	stmt_bind_i64(s, 6, e->muted);
	if (stmt_run(s, f))
		return -1;
	e->id = sqlite_last_id(a->db);
	return 0;
}

/* Opens a ticket, and deletes its pending row. */
static int
open_ticket(struct apply *a, struct change_open *o, struct fault *f)
{
	if (o->was_pending && drop_pending(a, o->verdict->key, f))
		return -1;
	return insert(a, o, f);
}

int
store_apply(struct database *db, struct changes *c, struct fault *f)
{
	struct apply a = {.db = db, .c = c};

	timestamp_format(a.at, c->cycle->at_ms);
	for (size_t i = 0; i < c->ticket_count; i++)
		if (change_ticket(&a, &c->tickets[i], f))
			return -1;
	for (size_t i = 0; i < c->drop_count; i++)
		if (drop_pending(&a, c->drops[i], f))
			return -1;
	for (size_t i = 0; i < c->open_count; i++)
		if (open_ticket(&a, &c->opens[i], f))
			return -1;
	for (size_t i = 0; i < c->event_count; i++)
		if (add_event(&a, &c->events[i], f))
			return -1;
	for (size_t i = 0; i < c->keep_count; i++)
		if (keep_pending(&a, &c->keeps[i], f))
			return -1;
	return apply_cycle(&a, f);
}
