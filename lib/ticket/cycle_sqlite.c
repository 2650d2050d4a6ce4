/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "base/timestamp.h"
#include "ticket/batch.h"
#include "ticket/change.h"
#include "ticket/database.h"
#include "ticket/ledger.h"
#include "ticket/store_cycle.h"
#include "ticket/verdict_cycle.h"

/* The work on one cycle: its changes, and its time as the tables have it. */
struct apply {
	struct database *db;
	struct changes *c;
	char at[TIMESTAMP_SIZE];
};

int
store_begin(struct database *db, const struct cluster_name *names, size_t count, struct fault *f)
{
	(void)names; /* the file has one lock for all of them */
	(void)count;
	return database_begin(db, f);
}

int
store_commit(struct database *db, struct fault *f)
{
	return database_commit(db, f);
}

void
store_rollback(struct database *db)
{
	database_rollback(db);
}

int
store_load(struct database *db, const struct verdict_cycle *v, struct loaded *l, struct fault *f)
{
	struct loaded found = {.tickets = {.items = NULL}};

	if (cycles_load(db, v->subject, v->cluster, &found.cycle, f) ||
		tickets_load_open(db, v->subject, v->cluster, &found.tickets, f) ||
		pending_load(db, v->subject, v->cluster, &found.pending, f)) {
		loaded_free(&found);
		return -1;
	}
	*l = found;
	return 0;
}

/* The statement with the cluster as $1 and $2. */
static struct stmt *
query_cluster(struct database *db, const struct verdict_cycle *v, const char *sql, struct fault *f)
{
	struct stmt *s = database_query(db, sql, f);

	if (!s)
		return NULL;
	stmt_bind_text(s, 1, v->subject);
	stmt_bind_text(s, 2, v->cluster);
	return s;
}

static int
move_back(struct database *db, const struct verdict_cycle *v, const char *sql, const char *at,
	struct fault *f)
{
	struct stmt *s = query_cluster(db, v, sql, f);

	if (!s)
		return -1;
	stmt_bind_text(s, 3, at);
	return stmt_run(s, f);
}

int
store_heal(struct database *db, const struct verdict_cycle *v, struct fault *f)
{
	static const char pending_sql[] = "UPDATE pending"
					  " SET first_seen_at = $3"
					  " WHERE subject = $1 AND cluster = $2"
					  " AND first_seen_at > $3";
	static const char tickets_sql[] =
		"UPDATE tickets"
		" SET ok_since = CASE WHEN ok_since > $3 THEN $3 ELSE ok_since END,"
		" absent_since = CASE WHEN absent_since > $3 THEN $3 ELSE absent_since END,"
		" updated_at = $3"
		" WHERE subject = $1 AND cluster = $2 AND status <> 'resolved'"
		" AND (ok_since > $3 OR absent_since > $3)";
	static const char checks_sql[] = "UPDATE checks"
					 " SET last_complete_at = $3"
					 " WHERE subject = $1 AND cluster = $2"
					 " AND last_complete_at > $3";
	char at[TIMESTAMP_SIZE];

	timestamp_format(at, v->at_ms);
	if (move_back(db, v, pending_sql, at, f) || move_back(db, v, tickets_sql, at, f))
		return -1;
	return move_back(db, v, checks_sql, at, f);
}

static int
count_recent(struct database *db, const struct verdict_cycle *v, const struct flap_ask *ask,
	const char *at, int64_t *count, struct fault *f)
{
	static const char sql[] =
		"SELECT count(*) FROM ("
		" SELECT 1"
		" FROM tickets"
		" WHERE subject = $1 AND cluster = $2 AND violation_key = $3"
		" AND status = 'resolved' AND created_at > $4 AND created_at <= $5"
		" LIMIT $6) AS recent";
	struct stmt *s = query_cluster(db, v, sql, f);
	char since[TIMESTAMP_SIZE] = "";

	if (!s)
		return -1;
	if (ask->since_ms >= 0)
		timestamp_format(since, ask->since_ms); /* else every time is later */
	stmt_bind_text_n(s, 3, ask->key.at, ask->key.len);
	stmt_bind_text(s, 4, since);
	stmt_bind_text(s, 5, at);
	stmt_bind_i64(s, 6, ask->limit);
	if (stmt_step(s, f) < 0)
		return -1;
	*count = stmt_i64(s, 0);
	stmt_reset(s);
	return 0;
}

int
store_recent(struct database *db, const struct verdict_cycle *v, const struct flap_ask *asks,
	size_t count, int64_t *counts, struct fault *f)
{
	char at[TIMESTAMP_SIZE];

	timestamp_format(at, v->at_ms);
	for (size_t i = 0; i < count; i++)
		if (count_recent(db, v, &asks[i], at, &counts[i], f))
			return -1;
	return 0;
}

static void
bind_when(struct stmt *s, int n, char text[TIMESTAMP_SIZE], int64_t ms)
{
	if (ms != TIMESTAMP_NEVER)
		timestamp_format(text, ms);
	stmt_bind_text(s, n, ms == TIMESTAMP_NEVER ? NULL : text);
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
	struct stmt *s = query_cluster(a->db, a->c->cycle, sql, f);

	if (!s)
		return -1;
	stmt_bind_text_n(s, 3, key.at, key.len);
	return stmt_run(s, f);
}

static int
keep_pending(struct apply *a, const struct change_pending *p, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO pending (subject, cluster, violation_key, invariant_name, store_id,"
		" first_seen_at, last_seen_at)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7)"
		" ON CONFLICT (subject, cluster, violation_key) DO UPDATE"
		" SET first_seen_at = excluded.first_seen_at,"
		" last_seen_at = excluded.last_seen_at";
	const struct verdict_cycle *v = a->c->cycle;
	struct span name = verdict_invariant(v, p->verdict);
	struct span store = verdict_store(v, p->verdict);
	struct stmt *s = query_cluster(a->db, v, sql, f);
	char first_seen[TIMESTAMP_SIZE];

	if (!s)
		return -1;
	timestamp_format(first_seen, p->first_seen_ms);
	stmt_bind_text_n(s, 3, p->verdict->key.at, p->verdict->key.len);
	stmt_bind_text_n(s, 4, name.at, name.len);
	stmt_bind_text_n(s, 5, store.at, store.len);
	stmt_bind_text(s, 6, first_seen);
	stmt_bind_text(s, 7, a->at);
	return stmt_run(s, f);
}

/* The statement with a ticket's id as $1 and the cycle's time as $2. */
static struct stmt *
query_ticket(struct apply *a, const char *sql, int64_t id, struct fault *f)
{
	struct stmt *s = database_query(a->db, sql, f);

	if (!s)
		return NULL;
	stmt_bind_i64(s, 1, id);
	stmt_bind_text(s, 2, a->at);
	return s;
}

static int
lapse(struct apply *a, const struct change_ticket *t, struct fault *f)
{
	static const char sql[] = "UPDATE tickets"
				  " SET held = FALSE, held_until = NULL, updated_at = $2"
				  " WHERE id = $1";
	struct stmt *s = query_ticket(a, sql, t->id, f);

	return s ? stmt_run(s, f) : -1;
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
				  " ok_since = NULL,"
				  " absent_since = NULL"
				  " WHERE id = $1";
	struct stmt *s = query_ticket(a, sql, t->id, f);

	if (!s)
		return -1;
	stmt_bind_text_n(s, 3, t->message.at, t->message.len);
	stmt_bind_text(s, 4, severity_word(t->severity));
	return stmt_run(s, f);
}

static int
move(struct apply *a, const struct change_ticket *t, struct fault *f)
{
	static const char sql[] = "UPDATE tickets"
				  " SET ok_since = $3, absent_since = $4, updated_at = $2"
				  " WHERE id = $1";
	struct stmt *s = query_ticket(a, sql, t->id, f);
	char ok_since[TIMESTAMP_SIZE], absent_since[TIMESTAMP_SIZE];

	if (!s)
		return -1;
	bind_when(s, 3, ok_since, t->ok_since_ms);
	bind_when(s, 4, absent_since, t->absent_since_ms);
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
				  " updated_at = $2"
				  " WHERE id = $1";
	struct stmt *s = query_ticket(a, sql, t->id, f);
	char ok_since[TIMESTAMP_SIZE], absent_since[TIMESTAMP_SIZE];

	if (!s)
		return -1;
	bind_when(s, 3, ok_since, t->ok_since_ms);
	bind_when(s, 4, absent_since, t->absent_since_ms);
	stmt_bind_text(s, 5, t->resolution);
	return stmt_run(s, f);
}

static int
change_ticket(struct apply *a, const struct change_ticket *t, struct fault *f)
{
	if (t->lapsed && lapse(a, t, f))
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

/* Inserts the ticket. Its key has no unresolved one, or the unique index refuses it. */
static int
insert(struct apply *a, struct change_open *o, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO tickets (subject, cluster, violation_key, invariant_name, store_id,"
		" status, held, flapping, flap_window_s, batch_key, occurrence_count,"
		" first_seen_at, last_seen_at, message, severity, metric_snapshot, created_at,"
		" updated_at)"
		" VALUES ($1, $2, $3, $4, $5, 'open', FALSE, $6, $7, $8, 1, $9, $10, $11, $12,"
		" $13, $10, $10)";
	const struct violation *violation = o->violation;
	struct span name = verdict_invariant(a->c->cycle, o->verdict);
	struct span store = verdict_store(a->c->cycle, o->verdict);
	struct stmt *s = query_cluster(a->db, a->c->cycle, sql, f);
	char first_seen[TIMESTAMP_SIZE];
	char batch[BATCH_KEY_SIZE];

	if (!s)
		return -1;
	timestamp_format(first_seen, o->first_seen_ms);
	batch_key(batch, o->batch_begin_ms);
	stmt_bind_text_n(s, 3, o->verdict->key.at, o->verdict->key.len);
	stmt_bind_text_n(s, 4, name.at, name.len);
	stmt_bind_text_n(s, 5, store.at, store.len);
	stmt_bind_i64(s, 6, o->flapping);
	bind_seconds(s, 7, violation->flap_window_s);
	stmt_bind_text(s, 8, batch);
	stmt_bind_text(s, 9, first_seen);
	stmt_bind_text(s, 10, a->at);
	stmt_bind_text_n(s, 11, violation->message.at, violation->message.len);
	stmt_bind_text(s, 12, severity_word(violation->severity));
	stmt_bind_text_n(s, 13, violation->snapshot.at, violation->snapshot.len);
	if (stmt_run(s, f))
		return -1;
	o->id = database_last_id(a->db);
	return 0;
}

static int
add_event(struct apply *a, struct change_event *e, struct fault *f)
{
	if (e->ticket_id < 0)
		e->ticket_id = a->c->opens[-(e->ticket_id + 1)].id;
	return ledger_add(a->db, e->ticket_id, a->at, e->event, LEDGER_SELF, span_of(e->note), f);
}

static int
note_check(struct apply *a, const struct invariant *i, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO checks (subject, cluster, invariant_name, last_complete_at,"
		" last_listed_at)"
		" VALUES ($1, $2, $3, $4, $5)"
		" ON CONFLICT (subject, cluster, invariant_name) DO UPDATE"
		" SET last_complete_at ="
		" coalesce(excluded.last_complete_at, checks.last_complete_at),"
		" last_listed_at = excluded.last_listed_at";
	struct stmt *s = query_cluster(a->db, a->c->cycle, sql, f);

	if (!s)
		return -1;
	stmt_bind_text_n(s, 3, i->name.at, i->name.len);
	stmt_bind_text(s, 4, i->complete ? a->at : NULL);
	stmt_bind_text(s, 5, a->at);
	return stmt_run(s, f);
}

static int
note_cycle(struct apply *a, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO cycles (subject, cluster, cluster_id, last_at, digest, last_opened_at)"
		" VALUES ($1, $2, $3, $4, $5, $6)"
		" ON CONFLICT (subject, cluster) DO UPDATE"
		" SET cluster_id = coalesce(excluded.cluster_id, cycles.cluster_id),"
		" last_at = excluded.last_at,"
		" digest = excluded.digest,"
		" last_opened_at = excluded.last_opened_at";
	const struct verdict_cycle *v = a->c->cycle;
	struct stmt *s = query_cluster(a->db, v, sql, f);
	char opened[TIMESTAMP_SIZE];
	char digest[CYCLES_DIGEST_SIZE];

	if (!s)
		return -1;
	cycles_digest(digest, v);
	stmt_bind_text(s, 3, v->cluster_id);
	stmt_bind_text(s, 4, a->at);
	stmt_bind_text(s, 5, digest);
	bind_when(s, 6, opened, a->c->last_opened_ms);
	if (stmt_run(s, f))
		return -1;
	for (size_t i = 0; i < v->invariant_count; i++)
		if (v->invariants[i].checked && note_check(a, &v->invariants[i], f))
			return -1;
	return 0;
}

/* Opens a ticket; its key is pending no longer. */
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
	return note_cycle(&a, f);
}
