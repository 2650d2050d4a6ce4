/* SPDX-License-Identifier: ISC */
#include "ticket/tickets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/mem.h"
#include "base/text.h"
#include "ticket/batch.h"
#include "ticket/database.h"
#include "ticket/store_expect.h"
#include "ticket/ticket.h"

void
open_tickets_free(struct open_tickets *t)
{
	free(t->items);
	arena_free(&t->texts);
	*t = (struct open_tickets){.items = NULL};
}

enum {
	COL_ID,
	COL_KEY,
	COL_INVARIANT,
	COL_SEVERITY,
	COL_HELD,
	COL_HELD_UNTIL,
	COL_FLAPPING,
	COL_FLAP_WINDOW,
	COL_OK_SINCE,
	COL_ABSENT_SINCE,
	COL_BATCH,
	COL_FIRST_SEEN,
	COL_MUTED,
	COL_VERDICT,
	COL_VERDICT_SINCE,
	COL_LOST_SINCE,
	COL_LOST,
};

struct span
open_ticket_store(const struct open_ticket *t)
{
	if (t->key.len <= t->invariant.len)
		return span_of(NULL);
	return span_from(t->key, t->invariant.len + 1);
}

static int
read_standing(struct rules_standing *s, struct stmt *row, struct fault *f)
{
	struct span verdict = stmt_span(row, COL_VERDICT);

	if (!verdict.at || verdict_state_parse(verdict, &s->verdict))
		return fault_set(f, STATUS_DATA, "the database is corrupt: a verdict is invalid");
	s->lost = stmt_i64(row, COL_LOST) != 0;
	if (ticket_when(row, COL_VERDICT_SINCE, &s->since_ms, f))
		return -1;
	return ticket_when(row, COL_LOST_SINCE, &s->lost_since_ms, f);
}

static int
read_open(void *to, struct stmt *row, struct fault *f)
{
	struct open_tickets *all = to;
	struct open_ticket *t;
	const char *text;
	size_t len;

	all->items = mem_grow(all->items, all->count, &all->cap, sizeof *all->items);
	t = &all->items[all->count++];
	t->id = stmt_i64(row, COL_ID);
	t->key = ticket_keep(&all->texts, row, COL_KEY);
	t->invariant = ticket_keep(&all->texts, row, COL_INVARIANT);
	text = stmt_text(row, COL_SEVERITY, &len);
	t->rule.severity = severity_find(text, len);
	if (t->rule.severity == SEVERITY_NONE)
		return fault_set(f, STATUS_DATA, "the database is corrupt: a severity is invalid");
	t->rule.held = stmt_i64(row, COL_HELD) != 0;
	t->rule.flapping = stmt_i64(row, COL_FLAPPING) != 0;
	t->rule.flap_window_ms = (int64_t)(stmt_double(row, COL_FLAP_WINDOW) * 1000 + 0.5);
	text = stmt_text(row, COL_BATCH, &len);
	if (batch_parse(text, len, &t->batch_begin_ms))
		t->batch_begin_ms = TIMESTAMP_NEVER;
	t->muted = stmt_i64(row, COL_MUTED) != 0;
	if (read_standing(&t->standing, row, f) ||
		ticket_when(row, COL_FIRST_SEEN, &t->first_seen_ms, f) ||
		ticket_when(row, COL_HELD_UNTIL, &t->rule.held_until_ms, f) ||
		ticket_when(row, COL_OK_SINCE, &t->rule.ok_since_ms, f) ||
		ticket_when(row, COL_ABSENT_SINCE, &t->rule.absent_since_ms, f))
		return -1;
	return 0;
}

struct stmt *
tickets_ask_open(struct database *db, const char *subject, const char *cluster, struct fault *f)
{
	static const char sql[] =
		"SELECT id, violation_key, invariant_name, severity, held, held_until, flapping,"
		" flap_window_s, ok_since, absent_since, batch_key, first_seen_at, muted,"
		" verdict, verdict_since, lost_since, lost"
		" FROM tickets"
		" WHERE subject = $1 AND cluster = $2 AND status <> 'resolved'"
		" ORDER BY violation_key";

	return database_query_of(db, sql, subject, cluster, f);
}

int
tickets_take_open(struct stmt *row, struct open_tickets *t, struct fault *f)
{
	return stmt_each(row, read_open, t, f);
}

struct stmt *
tickets_get(struct database *db, int64_t id, struct fault *f)
{
	static const char sql[] = "SELECT " TICKET_COLUMNS " FROM tickets WHERE id = $1";
	struct stmt *row;

	if (store_expected_ticket(db, id, &row, f))
		return NULL;
	if (row)
		return row;
	row = database_query(db, sql, f);
	if (row)
		stmt_bind_i64(row, 1, id);
	return row;
}

int
tickets_have(struct database *db, int64_t id, struct fault *f)
{
	struct ticket_state state;

	return tickets_state(db, id, &state, f);
}

#define MATCHES                                                                  \
	" subject = coalesce(CAST($1 AS TEXT), subject)"                         \
	" AND cluster = coalesce(CAST($2 AS TEXT), cluster)"                     \
	" AND batch_key = coalesce(CAST($3 AS TEXT), batch_key)"                 \
	" AND (resolved_at IS NULL OR resolved_at >= coalesce($4, resolved_at))" \
	" AND first_seen_at <= coalesce($5, first_seen_at)"                      \
	" AND id < $6"                                                           \
	" ORDER BY id DESC"                                                      \
	" LIMIT $7"

/* The query for the highest ids below that one. */
static struct stmt *
query_piece(
	struct database *db, const struct tickets_filter *filter, int64_t below, struct fault *f)
{
	/* unresolved tickets are few, and found by their own index */
	static const char unresolved_sql[] = "SELECT " TICKET_COLUMNS " FROM tickets"
					     " WHERE id IN (SELECT id"
					     " FROM tickets"
					     " WHERE status <> 'resolved')"
					     " AND" MATCHES;
	static const char all_sql[] = "SELECT " TICKET_COLUMNS " FROM tickets"
				      " WHERE" MATCHES;
	struct stmt *row = database_query(db, filter->unresolved ? unresolved_sql : all_sql, f);

	if (!row)
		return NULL;
	stmt_bind_text(row, 1, filter->subject);
	stmt_bind_text(row, 2, filter->cluster);
	stmt_bind_text(row, 3, filter->batch);
	stmt_bind_text(row, 4, filter->since);
	stmt_bind_text(row, 5, filter->until);
	stmt_bind_i64(row, 6, below);
	stmt_bind_i64(row, 7, store_rows_at_once);
	return row;
}

/* Where the rows of a chunk go, and how far it got. */
struct piece {
	int (*take)(void *to, struct stmt *row, struct fault *f);
	void *to;
	int64_t count, last_id;
};

static int
take_of_piece(void *to, struct stmt *row, struct fault *f)
{
	struct piece *p = to;

	p->count++;
	p->last_id = stmt_i64(row, TICKET_ID);
	return p->take(p->to, row, f);
}

int
tickets_each(struct database *db, const struct tickets_filter *filter,
	int (*take)(void *to, struct stmt *row, struct fault *f), void *to, struct fault *f)
{
	struct piece p = {.take = take, .to = to, .last_id = INT64_MAX};

	do {
		struct stmt *row = query_piece(db, filter, p.last_id, f);

		p.count = 0;
		if (!row || stmt_each(row, take_of_piece, &p, f))
			return -1;
	} while (p.count == store_rows_at_once);
	return 0;
}

int
tickets_count(struct database *db, const char *subject, const char *cluster,
	struct tickets_tally *tally, struct fault *f)
{
	static const char sql[] =
		"SELECT coalesce(sum(CASE WHEN muted THEN 0 ELSE 1 END), 0),"
		" coalesce(sum(CASE WHEN muted OR severity <> 'critical' THEN 0 ELSE 1 END), 0),"
		" coalesce(sum(CASE WHEN muted OR severity <> 'warning' THEN 0 ELSE 1 END), 0),"
		" coalesce(sum(CASE WHEN muted THEN 1 ELSE 0 END), 0),"
		" (SELECT count(*) FROM (SELECT 1 FROM tickets"
		" WHERE subject = coalesce(CAST($1 AS TEXT), subject)"
		" AND cluster = coalesce(CAST($2 AS TEXT), cluster) LIMIT 1) AS any_of_them)"
		" FROM tickets"
		" WHERE status <> 'resolved'"
		" AND subject = coalesce(CAST($1 AS TEXT), subject)"
		" AND cluster = coalesce(CAST($2 AS TEXT), cluster)";
	struct stmt *row = database_query_of(db, sql, subject, cluster, f);

	if (!row)
		return -1;
	if (stmt_step(row, f) < 0)
		return -1;
	*tally = (struct tickets_tally){
		.open = stmt_i64(row, 0),
		.critical = stmt_i64(row, 1),
		.warning = stmt_i64(row, 2),
		.muted = stmt_i64(row, 3),
		.all = stmt_i64(row, 4),
	};
	stmt_reset(row);
	return 0;
}

/* A statement whose parameters are a batch, a subject and a cluster. */
static struct stmt *
query_batch(struct database *db, const char *sql, const char *batch, const char *subject,
	const char *cluster, struct fault *f)
{
	struct stmt *row = database_query(db, sql, f);

	if (!row)
		return NULL;
	stmt_bind_text(row, 1, batch);
	stmt_bind_text(row, 2, subject);
	stmt_bind_text(row, 3, cluster);
	return row;
}

struct stmt *
tickets_batch_owners(struct database *db, const char *batch, const char *subject,
	const char *cluster, struct fault *f)
{
	static const char sql[] = "SELECT DISTINCT subject, cluster"
				  " FROM tickets"
				  " WHERE batch_key = $1"
				  " AND subject = coalesce(CAST($2 AS TEXT), subject)"
				  " AND cluster = coalesce(CAST($3 AS TEXT), cluster)"
				  " LIMIT 2";

	return query_batch(db, sql, batch, subject, cluster, f);
}

struct stmt *
tickets_of_batch(struct database *db, const char *batch, const char *subject, const char *cluster,
	struct fault *f)
{
	static const char sql[] = "SELECT id"
				  " FROM tickets"
				  " WHERE batch_key = $1 AND subject = $2 AND cluster = $3"
				  " ORDER BY id";

	return query_batch(db, sql, batch, subject, cluster, f);
}

struct stmt *
tickets_unresolved_of_batch(struct database *db, const char *batch, const char *subject,
	const char *cluster, struct fault *f)
{
	static const char sql[] = "SELECT id"
				  " FROM tickets"
				  " WHERE subject = $2 AND cluster = $3 AND status <> 'resolved'"
				  " AND batch_key = $1"
				  " ORDER BY id";

	return query_batch(db, sql, batch, subject, cluster, f);
}

struct stmt *
tickets_mates(struct database *db, const char *batch, const char *subject, const char *cluster,
	int64_t id, struct fault *f)
{
	static const char sql[] = "SELECT id, violation_key, severity, status"
				  " FROM tickets"
				  " WHERE batch_key = $1 AND subject = $2 AND cluster = $3"
				  " AND id <> $4"
				  " ORDER BY id";
	struct stmt *row = query_batch(db, sql, batch, subject, cluster, f);

	if (row)
		stmt_bind_i64(row, 4, id);
	return row;
}

int
tickets_history(struct database *db, const char *subject, const char *cluster, const char *key,
	const char *since, int64_t below, struct tickets_history *h, struct fault *f)
{
	static const char sql[] =
		"SELECT count(*), coalesce(sum(CASE WHEN flapping THEN 1 ELSE 0 END), 0),"
		" coalesce(max(resolved_at), '')"
		" FROM tickets"
		" WHERE subject = $2 AND cluster = $3 AND violation_key = $1"
		" AND status = 'resolved' AND created_at > $4 AND id < $5";
	struct stmt *row = query_batch(db, sql, key, subject, cluster, f);

	if (!row)
		return -1;
	stmt_bind_text(row, 4, since);
	stmt_bind_i64(row, 5, below);
	if (stmt_step(row, f) < 0)
		return -1;
	h->count = stmt_i64(row, 0);
	h->flapping = stmt_i64(row, 1);
	text_format(h->last_resolved, sizeof h->last_resolved, "%s", stmt_text(row, 2, NULL));
	stmt_reset(row);
	return 0;
}

int
tickets_state(struct database *db, int64_t id, struct ticket_state *state, struct fault *f)
{
	static const char sql[] =
		"SELECT status, held, verdict, last_seen_at FROM tickets WHERE id = $1";
	struct stmt *row = database_query(db, sql, f);
	const char *status;
	size_t len;
	int got;

	if (!row)
		return -1;
	stmt_bind_i64(row, 1, id);
	got = stmt_step(row, f);
	if (got <= 0)
		return got;
	status = stmt_text(row, 0, &len);
	if (len >= sizeof state->status) {
		stmt_reset(row);
		return fault_set(f, STATUS_DATA, "the database is corrupt: a status is invalid");
	}
	memcpy(state->status, status, len + 1);
	state->held = stmt_i64(row, 1) != 0;
	status = stmt_text(row, 2, NULL);
	state->violated = status && strcmp(status, "violated") == 0;
	got = ticket_when(row, 3, &state->last_seen_ms, f);
	stmt_reset(row);
	return got ? -1 : 1;
}

int
tickets_last_opened(
	struct database *db, const char *subject, const char *cluster, int64_t *ms, struct fault *f)
{
	static const char sql[] = "SELECT max(created_at) FROM tickets"
				  " WHERE subject = $1 AND cluster = $2 AND status = 'resolved'";
	struct stmt *row = database_query_of(db, sql, subject, cluster, f);
	int got;

	if (!row)
		return -1;
	got = stmt_step(row, f);
	if (got < 0)
		return -1;
	got = ticket_when(row, 0, ms, f);
	stmt_reset(row);
	return got;
}

const char tickets_heal_timers_sql[] =
	"UPDATE tickets"
	" SET ok_since = CASE WHEN ok_since > $3 THEN $3 ELSE ok_since END,"
	" absent_since = CASE WHEN absent_since > $3 THEN $3 ELSE absent_since END,"
	" updated_at = $3"
	" WHERE subject = $1 AND cluster = $2 AND status <> 'resolved'"
	" AND (ok_since > $3 OR absent_since > $3)";

const char tickets_heal_verdicts_sql[] =
	"UPDATE tickets"
	" SET verdict_since = CASE WHEN verdict_since > $3 THEN $3 ELSE verdict_since END,"
	" lost_since = CASE WHEN lost_since > $3 THEN $3 ELSE lost_since END"
	" WHERE subject = $1 AND cluster = $2 AND status <> 'resolved'"
	" AND (verdict_since > $3 OR lost_since > $3)";
