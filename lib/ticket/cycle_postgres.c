/* SPDX-License-Identifier: ISC */
#include "ticket/cycle_postgres.h"

#include "base/fault.h"
#include "ticket/batch.h"
#include "ticket/change.h"
#include "ticket/cycle_apply.h"
#include "ticket/database.h"
#include "ticket/ledger.h"
#include "ticket/postgres.h"
#include "ticket/postgres_set.h"
#include "ticket/postgres_store.h"
#include "ticket/store_cycle.h"
#include "ticket/ticket.h"
#include "ticket/verdict_cycle.h"

const char cycle_postgres_unused_sql[] =
	"DELETE FROM cycles AS c"
	" USING unnest($1::text[], $2::text[]) AS n (subject, cluster)"
	" WHERE c.subject = n.subject AND c.cluster = n.cluster AND c.last_at IS NULL";

int
apply_run(struct stmt *s, struct fault *f)
{
	return postgres_queue(s, f);
}

/* Takes ids, as late as possible: the row stays locked to the end of the transaction. */
static const char ids_sql[] = "UPDATE op_ids"
			      " SET last_ticket_id = last_ticket_id + $1::bigint,"
			      " last_event_id = last_event_id + $2::bigint"
			      " RETURNING last_ticket_id, last_event_id";

static int
take_ids(struct apply *a, struct fault *f)
{
	struct stmt *s = database_query(a->db, ids_sql, f);

	if (!s)
		return -1;
	stmt_bind_i64(s, 1, (int64_t)a->c->open_count);
	stmt_bind_i64(s, 2, (int64_t)a->c->event_count);
	return postgres_queue(s, f);
}

static void
add_open(struct postgres_set *set, const struct verdict_cycle *v, const struct change_open *o)
{
	const struct violation *violation = o->violation;
	char batch[BATCH_KEY_SIZE];

	batch_key(batch, o->batch_begin_ms);
	postgres_set_span(set, o->verdict->key);
	postgres_set_span(set, verdict_invariant(v, o->verdict));
	postgres_set_span(set, verdict_store(v, o->verdict));
	postgres_set_bool(set, o->flapping);
	postgres_set_double(set, violation->flap_window_s);
	postgres_set_text(set, batch);
	postgres_set_time(set, o->first_seen_ms);
	postgres_set_span(set, violation->message);
	postgres_set_text(set, severity_word(violation->severity));
	postgres_set_span(set, violation->snapshot);
	postgres_set_span(set, violation->doc);
	postgres_set_span(set, violation->link);
	postgres_set_bool(set, o->muted);
}

/* Inserts the new tickets. The unique index refuses a second unresolved one of a key. */
static int
insert(struct apply *a, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO tickets (id, subject, cluster, violation_key, invariant_name,"
		" store_id, status, held, flapping, flap_window_s, batch_key, occurrence_count,"
		" first_seen_at, last_seen_at, message, severity, metric_snapshot, created_at,"
		" updated_at, doc, link, muted, verdict)"
		" SELECT o.last_ticket_id - $4::bigint + s.n, $1, $2, s.key, s.name, s.store,"
		" 'open', FALSE, s.flapping, s.flap_window, s.batch, 1, s.first_seen, $3,"
		" s.message, s.severity, s.snapshot, $3, $3, s.doc, s.link, s.muted, 'violated'"
		" FROM unnest($5::text[], $6::text[], $7::text[], $8::boolean[],"
		" $9::double precision[], $10::text[], $11::text[], $12::text[], $13::text[],"
		" $14::text[], $15::text[], $16::text[], $17::boolean[]) WITH ORDINALITY"
		" AS s (key, name, store, flapping, flap_window, batch, first_seen, message,"
		" severity, snapshot, doc, link, muted, n), op_ids AS o";
	struct stmt *s = apply_query(a, sql, f);
	struct postgres_set set;
	int result;

	if (!s)
		return -1;
	postgres_set_init(&set, 13);
	for (size_t i = 0; i < a->c->open_count; i++)
		add_open(&set, a->c->cycle, &a->c->opens[i]);
	stmt_bind_text(s, 3, a->at);
	stmt_bind_i64(s, 4, (int64_t)a->c->open_count);
	postgres_set_bind(&set, s, 5);
	result = postgres_queue(s, f);
	postgres_set_free(&set);
	return result;
}

static int
add_events(struct apply *a, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO ticket_events (id, ticket_id, at, event, actor, note, muted)"
		" SELECT o.last_event_id - $3::bigint + s.n,"
		" CASE WHEN s.ticket < 0 THEN o.last_ticket_id - $4::bigint - s.ticket"
		" ELSE s.ticket END, $1, s.event, $2, s.note, s.muted"
		" FROM unnest($5::bigint[], $6::text[], $7::text[], $8::boolean[])"
		" WITH ORDINALITY AS s (ticket, event, note, muted, n), op_ids AS o";
	struct stmt *s = database_query(a->db, sql, f);
	struct postgres_set set;
	int result;

	if (!s)
		return -1;
	postgres_set_init(&set, 4);
	for (size_t i = 0; i < a->c->event_count; i++) {
		const struct change_event *e = &a->c->events[i];

		postgres_set_i64(&set, e->ticket_id);
		postgres_set_text(&set, e->event);
		postgres_set_text(&set, e->note);
		postgres_set_bool(&set, e->muted);
	}
	stmt_bind_text(s, 1, a->at);
	stmt_bind_text(s, 2, LEDGER_SELF);
	stmt_bind_i64(s, 3, (int64_t)a->c->event_count);
	stmt_bind_i64(s, 4, (int64_t)a->c->open_count);
	postgres_set_bind(&set, s, 5);
	result = postgres_queue(s, f);
	postgres_set_free(&set);
	return result;
}

static const char tickets_sql[] = "SELECT " TICKET_COLUMNS " FROM tickets"
				  " WHERE id = ANY($1::bigint[])"
				  " OR id > (SELECT last_ticket_id FROM op_ids) - $2::bigint"
				  " ORDER BY id";

/* Queries the tickets of the events as they are now, sorted by id. */
static int
ask_tickets(struct apply *a, struct fault *f)
{
	struct stmt *s = database_query(a->db, tickets_sql, f);
	struct postgres_set set;
	int result;

	if (!s)
		return -1;
	postgres_set_init(&set, 1);
	for (size_t i = 0; i < a->c->event_count; i++)
		if (a->c->events[i].ticket_id > 0)
			postgres_set_i64(&set, a->c->events[i].ticket_id);
	postgres_set_bind(&set, s, 1);
	stmt_bind_i64(s, 2, (int64_t)a->c->open_count);
	result = postgres_queue(s, f);
	postgres_set_free(&set);
	return result;
}

struct stmt *
store_ticket(struct database *db, int64_t id, struct fault *f)
{
	struct stmt *s = postgres_ready(db, tickets_sql);
	int from = 0, to = postgres_rows(s);

	while (from < to) {
		int middle = from + (to - from) / 2;

		postgres_seek(s, middle);
		if (stmt_i64(s, 0) == id)
			return s;
		if (stmt_i64(s, 0) < id)
			from = middle + 1;
		else
			to = middle;
	}
	fault_put(f, STATUS_DATA, "ticket %lld is missing", (long long)id);
	return NULL;
}

void
store_ticket_done(struct stmt *s)
{
	(void)s; /* its other rows are still needed */
}

static int
queue_events(struct apply *a, struct fault *f)
{
	if (!a->c->event_count)
		return 0;
	if (take_ids(a, f) || (a->c->open_count && insert(a, f)) || add_events(a, f))
		return -1;
	return a->c->wants_tickets ? ask_tickets(a, f) : 0;
}

/* Queues the end of the transaction; a rehearsal stays open. */
static int
queue_end(struct database *db, struct fault *f)
{
	const struct postgres_transaction *t = postgres_transaction(db);

	if (t->mode == DATABASE_REHEARSE)
		return 0;
	if (t->has_new && postgres_queue_text(db, cycle_postgres_unused_sql, f))
		return -1;
	return postgres_queue_commit(db, f);
}

static int
fill_ids(struct apply *a, struct fault *f)
{
	struct stmt *row = postgres_ready(a->db, ids_sql);
	int64_t ticket, event;

	if (stmt_step(row, f) < 0)
		return -1;
	ticket = stmt_i64(row, 0) - (int64_t)a->c->open_count;
	event = stmt_i64(row, 1) - (int64_t)a->c->event_count;
	stmt_reset(row);
	for (size_t i = 0; i < a->c->open_count; i++)
		a->c->opens[i].id = ++ticket;
	for (size_t i = 0; i < a->c->event_count; i++) {
		struct change_event *e = &a->c->events[i];

		e->id = ++event;
		if (e->ticket_id < 0)
			e->ticket_id = a->c->opens[-(e->ticket_id + 1)].id;
	}
	return 0;
}

int
store_apply(struct database *db, struct changes *c, struct fault *f)
{
	struct postgres_transaction *t = postgres_transaction(db);
	struct apply a = {.db = db, .c = c};

	timestamp_format(a.at, c->cycle->at_ms);
	if (apply_tickets(&a, f) || apply_pending(&a, f) || apply_cycle(&a, f) ||
		queue_events(&a, f) || (c->last && queue_end(db, f)) || postgres_take(db, f))
		return -1;
	t->committed = c->last && t->mode != DATABASE_REHEARSE;
	return c->event_count ? fill_ids(&a, f) : 0;
}

int
store_commit(struct database *db, struct fault *f)
{
	struct postgres_transaction *t = postgres_transaction(db);
	int result = 0;

	if (!t->committed)
		result = queue_end(db, f) || postgres_take(db, f) ? -1 : 0;
	if (result)
		database_rollback(db);
	else if (t->mode != DATABASE_REHEARSE)
		t->open = false;
	return result;
}

void
store_rollback(struct database *db)
{
	database_rollback(db);
}
