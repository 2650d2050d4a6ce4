/* SPDX-License-Identifier: ISC */
#include "ticket/ingest_part.h"
#include "ticket/rules.h"
#include "ticket/verdict_cycle.h"

/* One ticket in this cycle. */
struct update {
	const struct open_ticket *t;
	struct rules_evidence evidence;
	struct rules_ticket rule;	/* after it */
	struct rules_standing standing; /* after it */
	const struct verdict *verdict;	/* NULL: the cycle has none */
	struct change_ticket *change;	/* NULL until there is one */
};

/* Returns the ticket's change, which is added if it does not exist yet. */
static struct change_ticket *
change(struct ingest *in, struct update *u)
{
	if (!u->change) {
		u->change = changes_ticket(&in->changes);
		u->change->id = u->t->id;
		u->change->muted = u->t->muted;
	}
	u->change->severity = u->rule.severity;
	u->change->ok_since_ms = u->rule.ok_since_ms;
	u->change->absent_since_ms = u->rule.absent_since_ms;
	u->change->standing = u->standing;
	return u->change;
}

static void
add_event(struct ingest *in, const struct update *u, const char *event, const char *note)
{
	(void)changes_event(&in->changes, u->t, u->t->muted, event, note);
}

static bool
is_past_gap(const struct ingest *in, struct span name)
{
	const struct invariant *i = verdict_cycle_invariant(in->v, name);
	int64_t last_ms = in->loaded.cycle.identified_ms;

	if (!in->refused && span_is(name, VERDICT_OWN_INVARIANT))
		return last_ms == TIMESTAMP_NEVER || in->v->at_ms - last_ms > in->gap_ms;
	return i && in->past_gap[i - in->v->invariants];
}

/* Finds what the cycle reports about the ticket's key. */
static void
find_evidence(const struct ingest *in, struct update *u)
{
	const struct verdict_cycle *v = in->v;
	struct rules_evidence *e = &u->evidence;

	u->verdict = verdict_cycle_find(v, u->t->key);
	*e = (struct rules_evidence){
		.verdict = VERDICT_NOT_EVALUATED,
		.severity = u->t->rule.severity,
		.past_gap = is_past_gap(in, u->t->invariant),
		.at_ms = v->at_ms,
		.gone_after_ms = in->gone_after_ms,
	};
	if (!in->refused && span_is(u->t->invariant, VERDICT_OWN_INVARIANT))
		e->verdict = v->cluster_id ? VERDICT_OK : VERDICT_NOT_EVALUATED;
	else if (verdict_cycle_complete(v, u->t->invariant))
		e->verdict = u->verdict ? u->verdict->state : VERDICT_NONE;
	if (e->verdict == VERDICT_VIOLATED)
		e->severity = v->violations[u->verdict->violation].severity;
}

/* Why the ticket's key is unknown; at is NULL if the cycle gives no reason. */
static struct span
reason_of(const struct ingest *in, const struct update *u)
{
	const struct invariant *i = verdict_cycle_invariant(in->v, u->t->invariant);

	if (u->evidence.verdict == VERDICT_UNKNOWN)
		return in->v->reasons[u->verdict->reason].text;
	return i ? i->error : span_of(NULL);
}

static const char *
lost_note(struct ingest *in, const struct update *u)
{
	struct span why = reason_of(in, u);
	char since[TIMESTAMP_SIZE];

	timestamp_format(since, u->standing.lost_since_ms);
	return changes_text(&in->changes, "%s since %s%s%.*s",
		verdict_state_name(u->evidence.verdict), since, why.len ? ": " : "", (int)why.len,
		why.len ? why.at : "");
}

static void
stand(struct ingest *in, struct update *u)
{
	enum verdict_state verdict = u->evidence.verdict;

	switch (rules_stand(&u->standing, verdict, in->v->at_ms)) {
	case RULES_STANDS:
		return;
	case RULES_CHANGED:
		break;
	case RULES_LOST:
		add_event(in, u, "evidence_lost", lost_note(in, u));
		break;
	case RULES_BACK:
		add_event(in, u, "evidence_back", verdict_state_name(verdict));
		break;
	}
	change(in, u)->stood = true;
}

static void
resolve(struct ingest *in, struct update *u, const char *resolution)
{
	struct change_ticket *c = change(in, u);

	c->kind = CHANGE_RESOLVE;
	c->resolution = resolution;
	add_event(in, u, "resolved", resolution);
}

static void
count(struct ingest *in, struct update *u)
{
	struct change_ticket *c = change(in, u);

	c->kind = CHANGE_COUNT;
	c->violation = &in->v->violations[u->verdict->violation];
	if (u->rule.severity != u->t->rule.severity)
		changes_event(&in->changes, u->t, u->t->muted, "escalated",
			severity_word(u->rule.severity))
			->violation = c->violation;
}

static void
judge(struct ingest *in, struct update *u)
{
	switch (rules_apply(&u->rule, &u->evidence)) {
	case RULES_NOTHING:
		break;
	case RULES_MOVED:
		change(in, u)->kind = CHANGE_MOVE;
		break;
	case RULES_COUNTED:
		count(in, u);
		break;
	case RULES_CLEARED:
		resolve(in, u, "cleared");
		break;
	case RULES_GONE:
		resolve(in, u, "gone");
		break;
	}
}

/* A mute begins or ends. */
static void
mute(struct ingest *in, struct update *u)
{
	const struct mute_row *m = mutes_find(
		&in->loaded.mutes, in->v->cluster, u->t->invariant, open_ticket_store(u->t));
	struct change_ticket *c;

	if ((m != NULL) == u->t->muted)
		return;
	c = change(in, u);
	c->remuted = true;
	c->muted = m != NULL;
	(void)changes_event(&in->changes, u->t, m != NULL, m ? "muted" : "unmuted",
		m ? changes_text(&in->changes, "%.*s", (int)m->reason.len, m->reason.at)
		  : "mute ended");
}

/* The ticket stays unresolved: new ones may join its batch. */
static void
stay(struct ingest *in, const struct update *u)
{
	int64_t begin_ms = u->t->batch_begin_ms;

	in->tally.open++;
	if (u->evidence.verdict == VERDICT_VIOLATED) {
		in->tally.claimed++;
		in->tally.muted += u->change ? u->change->muted : u->t->muted;
	}
	if (begin_ms == TIMESTAMP_NEVER)
		return;
	batches_add(&in->batches, begin_ms);
	if (u->rule.severity == SEVERITY_CRITICAL)
		batches_add_critical(&in->batches, open_ticket_store(u->t), u->t->id, begin_ms);
}

static void
update(struct ingest *in, const struct open_ticket *t)
{
	struct update u = {.t = t, .rule = t->rule, .standing = t->standing};

	find_evidence(in, &u);
	if (u.verdict)
		in->claimed[u.verdict - in->v->items] = true;
	/* a refused cycle does not move the other timers */
	if (in->refused && u.evidence.verdict != VERDICT_VIOLATED) {
		stay(in, &u);
		return;
	}
	if (!in->refused && rules_lapse(&u.rule, in->v->at_ms)) {
		change(in, &u)->lapsed = true;
		add_event(in, &u, "unheld", "hold expired");
	}
	stand(in, &u);
	if (u.evidence.verdict != VERDICT_NOT_EVALUATED)
		judge(in, &u);
	if (u.change && u.change->kind == CHANGE_RESOLVE)
		return;
	if (!in->refused)
		mute(in, &u);
	stay(in, &u);
}

void
update_open(struct ingest *in)
{
	const struct open_tickets *all = &in->loaded.tickets;

	for (size_t i = 0; i < all->count; i++)
		update(in, &all->items[i]);
}

void
tally_loaded(struct ingest *in)
{
	for (size_t i = 0; i < in->loaded.tickets.count; i++) {
		const struct open_ticket *t = &in->loaded.tickets.items[i];
		const struct verdict *verdict = verdict_cycle_find(in->v, t->key);

		in->tally.open++;
		if (!verdict || verdict->state != VERDICT_VIOLATED ||
			!verdict_cycle_complete(in->v, t->invariant))
			continue;
		in->tally.claimed++;
		in->tally.muted += t->muted;
	}
}
