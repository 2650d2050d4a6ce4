/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/mem.h"
#include "ticket/ingest_part.h"
#include "ticket/rules.h"
#include "ticket/verdict_cycle.h"

/* A violation that no ticket has claimed. */
struct opening {
	const struct verdict *verdict;
	const struct violation *violation;
	const struct candidate *candidate;
};

/* Links a pending row with its violation, or deletes it if there is none. */
static void
take_pending(struct ingest *in, const struct pending_row *row)
{
	const struct verdict *verdict = verdict_cycle_find(in->v, row->key);
	enum verdict_state state = verdict ? verdict->state : VERDICT_NONE;
	struct rules_evidence e = {.verdict = state, .at_ms = in->v->at_ms};

	if (!verdict_cycle_complete(in->v, row->invariant) || state == VERDICT_UNKNOWN)
		return;
	if (state != VERDICT_VIOLATED) {
		changes_drop(&in->changes, row->key);
		return;
	}
	e.past_gap = in->past_gap[verdict->invariant];
	in->candidates[verdict->violation] = (struct candidate){
		.pending = true,
		.first_seen_ms = rules_first_seen(
			row->first_seen_ms, row->last_seen_ms, in->gap_ms, &e),
	};
}

static int
compare(const void *a, const void *b)
{
	const struct opening *x = a, *y = b;

	if (x->candidate->first_seen_ms != y->candidate->first_seen_ms)
		return x->candidate->first_seen_ms < y->candidate->first_seen_ms ? -1 : 1;
	return span_compare(x->verdict->key, y->verdict->key);
}

/* The violations without a ticket, in the order in which they open. */
static size_t
collect(struct ingest *in, struct opening *openings)
{
	size_t count = 0;

	for (size_t i = 0; i < in->v->count; i++) {
		const struct verdict *v = &in->v->items[i];
		struct candidate *candidate;

		if (v->state != VERDICT_VIOLATED || in->claimed[i] ||
			!in->v->invariants[v->invariant].complete)
			continue;
		candidate = &in->candidates[v->violation];
		if (!candidate->pending)
			candidate->first_seen_ms = in->v->at_ms;
		openings[count++] = (struct opening){
			v, &in->v->violations[v->violation], candidate};
	}
	qsort(openings, count, sizeof *openings, compare);
	return count;
}

static void
open_ticket(struct ingest *in, const struct opening *o)
{
	struct change_open *c = changes_open(&in->changes);
	struct span store = verdict_store(in->v, o->verdict);

	c->verdict = o->verdict;
	c->violation = o->violation;
	c->first_seen_ms = o->candidate->first_seen_ms;
	c->batch_begin_ms = batches_join(&in->batches, store, c->first_seen_ms);
	c->was_pending = o->candidate->pending;
	c->muted = mutes_find(&in->loaded.mutes, in->v->cluster,
			   verdict_invariant(in->v, o->verdict), store) != NULL;
	if (o->violation->severity == SEVERITY_CRITICAL) /* new tickets have the highest ids */
		batches_add_critical(&in->batches, store,
			INT64_MAX / 2 + (int64_t)in->changes.open_count, c->batch_begin_ms);
	changes_created(&in->changes);
	in->tally.open++;
	in->tally.claimed++;
	in->tally.muted += c->muted;
}

static void
keep_pending(struct ingest *in, const struct opening *o)
{
	struct change_pending *c = changes_keep(&in->changes);

	c->verdict = o->verdict;
	c->first_seen_ms = o->candidate->first_seen_ms;
}

/* A ticket flaps if its key had, with it, flap_count tickets in the window. */
static int
find_flapping(struct ingest *in, struct fault *f)
{
	struct changes *c = &in->changes;
	struct flap_ask *asks = mem_array(c->open_count, sizeof *asks);
	size_t *of = mem_array(c->open_count, sizeof *of);
	int64_t *counts = mem_array(c->open_count, sizeof *counts);
	size_t count = 0;
	int result;

	for (size_t i = 0; i < c->open_count; i++) {
		const struct violation *v = c->opens[i].violation;
		int64_t window_ms = (int64_t)(v->flap_window_s * 1000 + 0.5);

		if (v->flap_count == 0 || window_ms < 1)
			continue;
		c->opens[i].flapping = v->flap_count == 1;
		if (in->v->at_ms - window_ms >= in->loaded.cycle.last_opened_ms)
			continue; /* no ticket was opened within the window */
		asks[count] = (struct flap_ask){
			c->opens[i].verdict->key, in->v->at_ms - window_ms, v->flap_count};
		of[count++] = i;
	}
	result = count ? store_recent(in->db, in->v, asks, count, counts, f) : 0;
	for (size_t i = 0; i < count && result == 0; i++) {
		struct change_open *opened = &c->opens[of[i]];

		opened->flapping = counts[i] + 1 >= opened->violation->flap_count;
	}
	free(asks);
	free(of);
	free(counts);
	return result;
}

int
open_new(struct ingest *in, struct fault *f)
{
	struct opening *openings = mem_array(in->v->violation_count, sizeof *openings);
	size_t count;

	for (size_t i = 0; i < in->loaded.pending.count; i++)
		take_pending(in, &in->loaded.pending.items[i]);
	count = collect(in, openings);
	for (size_t i = 0; i < count; i++) {
		const struct opening *o = &openings[i];

		if (rules_waited(o->candidate->first_seen_ms, in->v->at_ms, o->violation->grace_ms))
			open_ticket(in, o);
		else
			keep_pending(in, o);
	}
	free(openings);
	return find_flapping(in, f);
}
