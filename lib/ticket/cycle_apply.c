/* SPDX-License-Identifier: ISC */
#include "ticket/cycle_apply.h"

#include <stddef.h>

#include "ticket/change.h"
#include "ticket/cycles.h"
#include "ticket/database.h"
#include "ticket/gaps.h"
#include "ticket/store_cycle.h"
#include "ticket/verdict_cycle.h"

struct stmt *
cycle_query(struct database *db, const struct verdict_cycle *v, const char *sql, struct fault *f)
{
	return database_query_of(db, sql, v->subject, v->cluster, f);
}

enum { CYCLE, TICKETS, PENDING, CHECKS, MUTES };

int
cycle_ask(struct cycle_asks *a, struct database *db, const struct verdict_cycle *v, struct fault *f)
{
	*a = (struct cycle_asks){.db = db, .cycle = v};
	timestamp_format(a->at, v->at_ms);
	a->stmts[CYCLE] = cycles_ask(db, v->subject, v->cluster, f);
	a->stmts[TICKETS] = tickets_ask_open(db, v->subject, v->cluster, f);
	a->stmts[PENDING] = pending_ask(db, v->subject, v->cluster, f);
	a->stmts[CHECKS] = checks_ask(db, v->subject, v->cluster, f);
	a->stmts[MUTES] = mutes_ask(db, a->at, f);
	for (int i = 0; i < CYCLE_ASKS; i++)
		if (!a->stmts[i])
			return -1;
	return 0;
}

static int
take(struct cycle_asks *a, struct loaded *l, struct fault *f)
{
	if (cycles_take(a->stmts[CYCLE], &l->cycle, f) ||
		tickets_take_open(a->stmts[TICKETS], &l->tickets, f) ||
		pending_take(a->stmts[PENDING], &l->pending, f) ||
		checks_take(a->stmts[CHECKS], &l->checks, f) ||
		mutes_take(a->stmts[MUTES], &l->mutes, f))
		return -1;
	if (l->cycle.taken)
		return 0;
	/* there was no cycle, or it was forgotten while its tickets were kept */
	return tickets_last_opened(
		a->db, a->cycle->subject, a->cycle->cluster, &l->cycle.last_opened_ms, f);
}

int
cycle_take(struct cycle_asks *a, int64_t now_ms, struct loaded *l, struct fault *f)
{
	struct loaded found = {.tickets = {.items = NULL}};

	if (take(a, &found, f)) {
		loaded_free(&found);
		return -1;
	}
	found.cycle.now_ms = now_ms;
	*l = found;
	return 0;
}

struct stmt *
apply_query(struct apply *a, const char *sql, struct fault *f)
{
	return cycle_query(a->db, a->c->cycle, sql, f);
}

void
apply_bind_when(struct stmt *s, int n, char text[TIMESTAMP_SIZE], int64_t ms)
{
	if (ms != TIMESTAMP_NEVER)
		timestamp_format(text, ms);
	stmt_bind_text(s, n, ms == TIMESTAMP_NEVER ? NULL : text);
}

static int
note_cycle(struct apply *a, struct fault *f)
{
	const struct verdict_cycle *v = a->c->cycle;
	struct stmt *s = apply_query(a, cycles_note_sql, f);
	char opened[TIMESTAMP_SIZE];
	char digest[CYCLES_DIGEST_SIZE];

	if (!s)
		return -1;
	cycles_digest(digest, v->digest);
	stmt_bind_text(s, 3, v->cluster_id);
	stmt_bind_text(s, 4, a->at);
	stmt_bind_text(s, 5, digest);
	apply_bind_when(s, 6, opened, a->c->last_opened_ms);
	if (a->c->step_ms == TIMESTAMP_NEVER)
		stmt_bind_null(s, 7);
	else
		stmt_bind_i64(s, 7, a->c->step_ms);
	stmt_bind_text(s, 8, v->cluster_id ? a->at : NULL);
	return apply_run(s, f);
}

/* A refused cycle stores only the time of the ticket that it has opened. */
static int
note_opened(struct apply *a, struct fault *f)
{
	struct stmt *s = apply_query(a, cycles_note_opened_sql, f);
	char opened[TIMESTAMP_SIZE];

	if (!s)
		return -1;
	apply_bind_when(s, 3, opened, a->c->last_opened_ms);
	return apply_run(s, f);
}

static int
note_gap(struct apply *a, struct fault *f)
{
	struct stmt *s = apply_query(a, gaps_note_sql, f);
	char began[TIMESTAMP_SIZE];

	if (!s)
		return -1;
	apply_bind_when(s, 3, began, a->c->gap_began_ms);
	stmt_bind_text(s, 4, a->at);
	return apply_run(s, f);
}

int
apply_cycle(struct apply *a, struct fault *f)
{
	if (a->c->refused)
		return a->c->open_count ? note_opened(a, f) : 0;
	if (note_cycle(a, f) || (a->c->lease && apply_lease(a, f)))
		return -1;
	if (a->c->gap_began_ms != TIMESTAMP_NEVER && note_gap(a, f))
		return -1;
	return apply_checks(a, f) ? -1 : apply_unknown(a, f);
}
