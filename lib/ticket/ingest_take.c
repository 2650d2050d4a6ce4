/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "ticket/ingest_part.h"
#include "ticket/outbox.h"
#include "ticket/verdict_cycle.h"

int
ingest_take(struct ingest *in, struct outbox *out, struct fault *f)
{
	struct changes *c = &in->changes;
	int result;

	in->past_gap = mem_zero(in->v->invariant_count, sizeof *in->past_gap);
	in->claimed = mem_zero(in->v->count, sizeof *in->claimed);
	in->candidates = mem_zero(in->v->violation_count, sizeof *in->candidates);
	in->tally = (struct tally){.open = 0};
	changes_init(c, in->v);
	c->refused = in->refused;
	c->lease = in->lease;
	c->last = in->last;
	c->wants_tickets = out->wants_events;
	batches_open(&in->batches, in->v->at_ms);
	note_gaps(in);
	if (!in->refused)
		note_unknown(in);
	update_open(in);
	result = open_new(in, f);
	c->last_opened_ms = in->loaded.cycle.last_opened_ms;
	if (c->open_count && c->last_opened_ms < in->v->at_ms)
		c->last_opened_ms = in->v->at_ms;
	if (result == 0)
		result = store_apply(in->db, c, f);
	if (result == 0)
		result = report_changes(in, out, f);
	changes_free(c);
	batches_close(&in->batches);
	free(in->candidates);
	free(in->claimed);
	free(in->past_gap);
	return result;
}
