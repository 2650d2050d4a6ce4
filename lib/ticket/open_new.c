/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/mem.h"
#include "base/texts.h"
#include "ticket/database.h"
#include "ticket/ingest_part.h"
#include "ticket/ledger.h"
#include "ticket/outbox.h"
#include "ticket/rules.h"
#include "ticket/ticket.h"
#include "ticket/verdict_cycle.h"

/* A violation that no ticket has claimed. */
struct opening {
	const struct verdict *verdict;
	struct violation *violation;
};

/* Keys of pending rows that are to go. */
struct keys {
	struct span *items;
	size_t count, cap;
	struct texts texts;
};

static void
add_key(struct keys *k, const char *key, size_t len)
{
	char *copy = texts_take(&k->texts, len);

	memcpy(copy, key, len);
	if (k->count == k->cap) {
		k->cap = k->cap ? k->cap * 2 : 64;
		k->items = mem_resize(k->items, k->cap, sizeof *k->items);
	}
	k->items[k->count++] = (struct span){copy, len};
}

/* Looks at a pending row: its violation learns of it, or its key is one to drop. */
static int
look_at_pending(struct ingest *in, struct stmt *row, struct keys *drop, struct fault *f)
{
	size_t key_len, name_len;
	const char *key = stmt_text(row, 0, &key_len);
	const char *name = stmt_text(row, 1, &name_len);
	const struct verdict *verdict = verdict_cycle_find(in->v, key, key_len);
	enum verdict_state state = verdict ? verdict->state : VERDICT_NONE;
	struct violation *violation;
	int64_t first_ms, last_ms;

	if (!verdict_cycle_complete(in->v, name, name_len) || state == VERDICT_UNKNOWN)
		return 0;
	if (state != VERDICT_VIOLATED) {
		add_key(drop, key, key_len);
		return 0;
	}
	if (ticket_when(row, 2, &first_ms, f) || ticket_when(row, 3, &last_ms, f))
		return -1;
	violation = &in->v->violations[verdict->violation];
	violation->pending = true;
	violation->first_seen_ms = rules_first_seen(first_ms, last_ms, in->v->at_ms);
	return 0;
}

static int
load_pending(struct ingest *in, struct keys *drop, struct fault *f)
{
	static const char sql[] =
		"SELECT violation_key, invariant_name, first_seen_at, last_seen_at"
		" FROM pending"
		" WHERE subject = ?1 AND cluster = ?2";
	struct stmt *row = database_query(in->db, sql, f);
	int got;

	if (!row)
		return -1;
	stmt_bind_text(row, 1, in->v->subject);
	stmt_bind_text(row, 2, in->v->cluster);
	while ((got = stmt_step(row, f)) > 0) {
		if (look_at_pending(in, row, drop, f)) {
			stmt_reset(row);
			return -1;
		}
	}
	return got;
}

static int
drop_pending(struct ingest *in, const char *key, size_t len, struct fault *f)
{
	static const char sql[] = "DELETE FROM pending"
				  " WHERE subject = ?1 AND cluster = ?2 AND violation_key = ?3";
	struct stmt *s = database_query(in->db, sql, f);

	if (!s)
		return -1;
	stmt_bind_text(s, 1, in->v->subject);
	stmt_bind_text(s, 2, in->v->cluster);
	stmt_bind_text_n(s, 3, key, len);
	return stmt_run(s, f);
}

/* The part of the key behind the colon, as parameter n. */
static void
bind_store_id(struct stmt *s, int n, const struct ingest *in, const struct verdict *v)
{
	size_t skip = in->v->invariants[v->invariant].name.len + 1;

	if (v->whole_cluster)
		stmt_bind_null(s, n);
	else
		stmt_bind_text_n(s, n, v->key + skip, v->key_len - skip);
}

static int
keep_pending(struct ingest *in, const struct opening *o, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO pending (subject, cluster, violation_key, invariant_name, store_id,"
		" first_seen_at, last_seen_at)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
		" ON CONFLICT DO UPDATE"
		" SET first_seen_at = excluded.first_seen_at,"
		" last_seen_at = excluded.last_seen_at";
	struct span name = in->v->invariants[o->verdict->invariant].name;
	struct stmt *s = database_query(in->db, sql, f);
	char first_seen[TIMESTAMP_SIZE];

	if (!s)
		return -1;
	timestamp_format(first_seen, o->violation->first_seen_ms);
	stmt_bind_text(s, 1, in->v->subject);
	stmt_bind_text(s, 2, in->v->cluster);
	stmt_bind_text_n(s, 3, o->verdict->key, o->verdict->key_len);
	stmt_bind_text_n(s, 4, name.at, name.len);
	bind_store_id(s, 5, in, o->verdict);
	stmt_bind_text(s, 6, first_seen);
	stmt_bind_text(s, 7, in->at);
	return stmt_run(s, f);
}

/*
 * How many tickets of its key were created within its flap window, this one
 * not among them: so all of them are resolved. No more than are asked for.
 */
static int
count_recent(struct ingest *in, const struct opening *o, int64_t *recent, struct fault *f)
{
	static const char sql[] =
		"SELECT count(*) FROM ("
		" SELECT 1"
		" FROM tickets INDEXED BY tickets_history"
		" WHERE subject = ?1 AND cluster = ?2 AND violation_key = ?3"
		" AND status = 'resolved' AND created_at > ?4 AND created_at <= ?5"
		" LIMIT ?6)";
	int64_t since_ms = in->v->at_ms - (int64_t)(o->violation->flap_window_s * 1000 + 0.5);
	struct stmt *s;
	char since[TIMESTAMP_SIZE] = "";

	*recent = 0;
	if (in->last_opened_ms <= since_ms)
		return 0; /* of any key */
	s = database_query(in->db, sql, f);
	if (!s)
		return -1;
	if (since_ms >= 0)
		timestamp_format(since, since_ms); /* else every time is later */
	stmt_bind_text(s, 1, in->v->subject);
	stmt_bind_text(s, 2, in->v->cluster);
	stmt_bind_text_n(s, 3, o->verdict->key, o->verdict->key_len);
	stmt_bind_text(s, 4, since);
	stmt_bind_text(s, 5, in->at);
	stmt_bind_i64(s, 6, o->violation->flap_count);
	if (stmt_step(s, f) < 0)
		return -1;
	*recent = stmt_i64(s, 0);
	stmt_reset(s);
	return 0;
}

static int
is_flapping(struct ingest *in, const struct opening *o, bool *flapping, struct fault *f)
{
	int64_t recent;

	*flapping = false;
	if (o->violation->flap_count == 0 || o->violation->flap_window_s * 1000 < 0.5)
		return 0;
	if (count_recent(in, o, &recent, f))
		return -1;
	*flapping = recent + 1 >= o->violation->flap_count;
	return 0;
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

/* Inserts the ticket. Its key has no unresolved one, or the unique index refuses it. */
static int
insert(struct ingest *in, const struct opening *o, bool flapping, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO tickets (subject, cluster, violation_key, invariant_name, store_id,"
		" status, held, flapping, flap_window_s, batch_key, occurrence_count,"
		" first_seen_at, last_seen_at, message, severity, metric_snapshot, created_at,"
		" updated_at)"
		" VALUES (?1, ?2, ?3, ?4, ?5, 'open', 0, ?6, ?7, ?8, 1, ?9, ?10, ?11, ?12, ?13,"
		" ?10, ?10)";
	const struct violation *violation = o->violation;
	struct span name = in->v->invariants[o->verdict->invariant].name;
	struct stmt *s = database_query(in->db, sql, f);
	char first_seen[TIMESTAMP_SIZE];
	char batch[BATCH_KEY_SIZE];

	if (!s)
		return -1;
	timestamp_format(first_seen, violation->first_seen_ms);
	batch_key(batch, batches_join(&in->batches, violation->first_seen_ms));
	stmt_bind_text(s, 1, in->v->subject);
	stmt_bind_text(s, 2, in->v->cluster);
	stmt_bind_text_n(s, 3, o->verdict->key, o->verdict->key_len);
	stmt_bind_text_n(s, 4, name.at, name.len);
	bind_store_id(s, 5, in, o->verdict);
	stmt_bind_i64(s, 6, flapping);
	bind_seconds(s, 7, violation->flap_window_s);
	stmt_bind_text(s, 8, batch);
	stmt_bind_text(s, 9, first_seen);
	stmt_bind_text(s, 10, in->at);
	stmt_bind_text_n(s, 11, violation->message.at, violation->message.len);
	stmt_bind_text(s, 12, severity_name(violation->severity));
	stmt_bind_text_n(s, 13, violation->snapshot.at, violation->snapshot.len);
	return stmt_run(s, f);
}

static void
say_created(struct ingest *in, const struct opening *o, int64_t id)
{
	const struct verdict *v = o->verdict;
	struct span name = in->v->invariants[v->invariant].name;
	struct span message = o->violation->message;
	size_t skip = v->whole_cluster ? v->key_len : name.len + 1;

	outbox_say(in->out, "Created ticket %lld: %.*s%s%.*s (%s)%s%.*s", (long long)id,
		(int)name.len, name.at, v->whole_cluster ? "" : " ", (int)(v->key_len - skip),
		v->key + skip, severity_name(o->violation->severity), message.at ? ": " : "",
		(int)message.len, message.at ? message.at : "");
}

static int
open_ticket(struct ingest *in, const struct opening *o, struct fault *f)
{
	const struct verdict *v = o->verdict;
	bool flapping;
	int64_t id;

	if (o->violation->pending && drop_pending(in, v->key, v->key_len, f))
		return -1;
	if (is_flapping(in, o, &flapping, f) || insert(in, o, flapping, f))
		return -1;
	id = database_last_id(in->db);
	if (ledger_add(in->db, id, in->at, "created", LEDGER_SELF, NULL, 0, f))
		return -1;
	in->opened++;
	say_created(in, o, id);
	return outbox_event(in->out, in->db, "created", in->v->at_ms, id, f);
}

static int
compare(const void *a, const void *b)
{
	const struct opening *x = a, *y = b;
	size_t len = x->verdict->key_len < y->verdict->key_len ? x->verdict->key_len
							       : y->verdict->key_len;
	int order;

	if (x->violation->first_seen_ms != y->violation->first_seen_ms)
		return x->violation->first_seen_ms < y->violation->first_seen_ms ? -1 : 1;
	order = memcmp(x->verdict->key, y->verdict->key, len);
	if (order)
		return order;
	return (x->verdict->key_len > y->verdict->key_len) -
	       (x->verdict->key_len < y->verdict->key_len);
}

/* The violations that are nobody's, in the order in which they open. */
static size_t
collect(struct ingest *in, struct opening *openings)
{
	size_t count = 0;

	for (size_t i = 0; i < in->v->count; i++) {
		struct verdict *v = &in->v->items[i];
		struct violation *violation;

		if (v->state != VERDICT_VIOLATED || v->claimed ||
			!in->v->invariants[v->invariant].complete)
			continue;
		violation = &in->v->violations[v->violation];
		if (!violation->pending)
			violation->first_seen_ms = in->v->at_ms;
		openings[count++] = (struct opening){v, violation};
	}
	qsort(openings, count, sizeof *openings, compare);
	return count;
}

static int
open_all(struct ingest *in, struct fault *f)
{
	struct opening *openings = mem_alloc(in->v->violation_count * sizeof *openings);
	size_t count = collect(in, openings);
	int result = 0;

	for (size_t i = 0; i < count && result == 0; i++) {
		const struct violation *v = openings[i].violation;

		if (in->v->at_ms - v->first_seen_ms >= v->grace_ms)
			result = open_ticket(in, &openings[i], f);
		else
			result = keep_pending(in, &openings[i], f);
	}
	free(openings);
	return result;
}

int
open_new(struct ingest *in, struct fault *f)
{
	struct keys drop = {.items = NULL};
	int result = load_pending(in, &drop, f);

	for (size_t i = 0; i < drop.count && result == 0; i++)
		result = drop_pending(in, drop.items[i].at, drop.items[i].len, f);
	free(drop.items);
	texts_free(&drop.texts);
	return result ? result : open_all(in, f);
}
