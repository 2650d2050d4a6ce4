/* SPDX-License-Identifier: ISC */
#include "ticket/ingest_part.h"
#include "ticket/rules.h"
#include "ticket/verdict_cycle.h"

/* The changes of one ticket, which are added once there is one. */
static struct change_ticket *
note(struct ingest *in, const struct open_ticket *t, enum change_kind kind,
	const struct rules_ticket *now)
{
	struct change_ticket *c = changes_ticket(&in->changes);

	c->id = t->id;
	c->kind = kind;
	c->severity = now->severity;
	c->ok_since_ms = now->ok_since_ms;
	c->absent_since_ms = now->absent_since_ms;
	return c;
}

static struct change_ticket *
resolve(struct ingest *in, const struct open_ticket *t, const struct rules_ticket *now,
	const char *resolution)
{
	struct change_ticket *c = note(in, t, CHANGE_RESOLVE, now);

	c->resolution = resolution;
	changes_event(&in->changes, t, "resolved", resolution);
	return c;
}

static struct change_ticket *
count(struct ingest *in, const struct open_ticket *t, const struct rules_ticket *now,
	const struct violation *violation)
{
	struct change_ticket *c = note(in, t, CHANGE_COUNT, now);

	c->message = violation->message;
	if (now->severity != t->rule.severity)
		changes_event(&in->changes, t, "escalated", severity_word(now->severity));
	return c;
}

/* Applies the ticket's verdict. Returns its changes, or NULL if there are none. */
static struct change_ticket *
apply(struct ingest *in, const struct open_ticket *t, const struct verdict *verdict,
	struct rules_ticket *now)
{
	enum verdict_state state = verdict ? verdict->state : VERDICT_NONE;
	const struct violation *violation = NULL;
	enum severity severity = t->rule.severity;

	if (state == VERDICT_VIOLATED) {
		violation = &in->v->violations[verdict->violation];
		severity = violation->severity;
	}
	switch (rules_apply(now, state, severity, in->v->at_ms, in->gone_after_ms)) {
	case RULES_NOTHING:
		break;
	case RULES_MOVED:
		return note(in, t, CHANGE_MOVE, now);
	case RULES_COUNTED:
		return count(in, t, now, violation);
	case RULES_CLEARED:
		return resolve(in, t, now, "cleared");
	case RULES_GONE:
		return resolve(in, t, now, "gone");
	}
	return NULL;
}

static void
update(struct ingest *in, const struct open_ticket *t)
{
	const struct verdict *verdict = verdict_cycle_find(in->v, t->key);
	struct rules_ticket now = t->rule;
	bool lapsed = rules_lapse(&now, in->v->at_ms);
	struct change_ticket *c = NULL;

	if (verdict)
		in->claimed[verdict - in->v->items] = true;
	if (lapsed)
		changes_event(&in->changes, t, "unheld", "its time has come");
	if (verdict_cycle_complete(in->v, t->invariant))
		c = apply(in, t, verdict, &now);
	if (lapsed && !c)
		c = note(in, t, CHANGE_NOTHING, &now);
	if (c)
		c->lapsed = lapsed;
	if (t->batch_begin_ms != TIMESTAMP_NEVER && !(c && c->kind == CHANGE_RESOLVE))
		batches_add(&in->batches, t->batch_begin_ms);
}

void
update_open(struct ingest *in)
{
	const struct open_tickets *all = &in->loaded.tickets;

	for (size_t i = 0; i < all->count; i++)
		update(in, &all->items[i]);
}
