/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/mem.h"
#include "ticket/ingest_part.h"
#include "ticket/rules.h"
#include "ticket/verdict_cycle.h"

void
note_gaps(struct ingest *in)
{
	const struct cycle_row *last = &in->loaded.cycle;
	struct changes *c = &in->changes;

	if (last->taken && last->last_ms < in->v->at_ms)
		c->step_ms = in->v->at_ms - last->last_ms;
	in->gap_ms = rules_gap(rules_step(c->step_ms, last->step_ms));
	if (c->step_ms != TIMESTAMP_NEVER && c->step_ms > in->gap_ms)
		c->gap_began_ms = last->last_ms;
	for (size_t i = 0; i < in->v->invariant_count; i++)
		in->past_gap[i] = true;
	for (size_t i = 0; i < in->loaded.checks.count; i++) {
		const struct check_row *row = &in->loaded.checks.items[i];
		const struct invariant *of = verdict_cycle_invariant(in->v, row->invariant);

		if (of && row->last_complete_ms != TIMESTAMP_NEVER)
			in->past_gap[of - in->v->invariants] = in->v->at_ms -
								       row->last_complete_ms >
							       in->gap_ms;
	}
}

/* The digest of the invariant's unknown records, in the table's form. */
static struct span
unknown_digest(const struct invariant *i, char text[CYCLES_DIGEST_SIZE])
{
	if (!i->unknown_count)
		return span_of(NULL);
	cycles_digest(text, i->unknown_digest);
	return span_of(text);
}

void
note_unknown(struct ingest *in)
{
	const struct verdict_cycle *v = in->v;
	const struct check_rows *checks = &in->loaded.checks;
	bool *seen = mem_zero(v->invariant_count, sizeof *seen);
	char text[CYCLES_DIGEST_SIZE];

	for (size_t i = 0; i < checks->count; i++) {
		struct span before = checks->items[i].unknown_digest;
		const struct invariant *of = verdict_cycle_invariant(v, checks->items[i].invariant);
		struct span now = of ? unknown_digest(of, text) : before;

		if (of)
			seen[of - v->invariants] = true;
		if (of && of->complete && (before.at || now.at) && !span_equal(before, now))
			changes_unknown(
				&in->changes, (uint32_t)(of - v->invariants), before.at != NULL);
	}
	for (size_t i = 0; i < v->invariant_count; i++)
		if (!seen[i] && v->invariants[i].complete && v->invariants[i].unknown_count)
			changes_unknown(&in->changes, (uint32_t)i, false);
	free(seen);
}
