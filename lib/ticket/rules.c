/* SPDX-License-Identifier: ISC */
#include "ticket/rules.h"

int64_t
rules_step(int64_t distance_ms, int64_t previous_ms)
{
	if (distance_ms == TIMESTAMP_NEVER || previous_ms == TIMESTAMP_NEVER)
		return distance_ms;
	return distance_ms < previous_ms ? distance_ms : previous_ms;
}

int64_t
rules_gap(int64_t step_ms)
{
	if (step_ms == TIMESTAMP_NEVER || step_ms <= RULES_GAP_MS / RULES_GAP_STEPS)
		return RULES_GAP_MS;
	return step_ms * RULES_GAP_STEPS;
}

bool
rules_waited(int64_t since_ms, int64_t at_ms, int64_t wait_ms)
{
	int64_t early_ms = wait_ms / RULES_JITTER_PART;

	if (early_ms > RULES_JITTER_MS)
		early_ms = RULES_JITTER_MS;
	return at_ms - since_ms >= wait_ms - early_ms;
}

bool
rules_lapse(struct rules_ticket *t, int64_t at_ms)
{
	if (!t->held || t->held_until_ms == TIMESTAMP_NEVER || at_ms < t->held_until_ms)
		return false;
	t->held = false;
	t->held_until_ms = TIMESTAMP_NEVER;
	return true;
}

static enum rules_outcome
violated(struct rules_ticket *t, enum severity severity)
{
	if (severity > t->severity)
		t->severity = severity;
	t->ok_since_ms = TIMESTAMP_NEVER;
	t->absent_since_ms = TIMESTAMP_NEVER;
	return RULES_COUNTED;
}

static enum rules_outcome
ok(struct rules_ticket *t, int64_t at_ms)
{
	bool moved = t->absent_since_ms != TIMESTAMP_NEVER;

	t->absent_since_ms = TIMESTAMP_NEVER;
	if (!t->held && !t->flapping)
		return RULES_CLEARED;
	if (t->ok_since_ms == TIMESTAMP_NEVER) {
		t->ok_since_ms = at_ms;
		moved = true;
	}
	if (t->flapping && !t->held && rules_waited(t->ok_since_ms, at_ms, t->flap_window_ms))
		return RULES_CLEARED;
	return moved ? RULES_MOVED : RULES_NOTHING;
}

static enum rules_outcome
unknown(struct rules_ticket *t)
{
	bool moved = t->ok_since_ms != TIMESTAMP_NEVER || t->absent_since_ms != TIMESTAMP_NEVER;

	t->ok_since_ms = TIMESTAMP_NEVER;
	t->absent_since_ms = TIMESTAMP_NEVER;
	return moved ? RULES_MOVED : RULES_NOTHING;
}

static enum rules_outcome
absent(struct rules_ticket *t, int64_t at_ms, int64_t gone_after_ms)
{
	bool moved = t->absent_since_ms == TIMESTAMP_NEVER;

	if (moved)
		t->absent_since_ms = at_ms;
	if (!t->held && rules_waited(t->absent_since_ms, at_ms, gone_after_ms))
		return RULES_GONE;
	return moved ? RULES_MOVED : RULES_NOTHING;
}

/* Restarts a timer that is running. Returns whether that changed it. */
static bool
restart(int64_t *since_ms, int64_t at_ms)
{
	if (*since_ms == TIMESTAMP_NEVER || *since_ms == at_ms)
		return false;
	*since_ms = at_ms;
	return true;
}

enum rules_outcome
rules_apply(struct rules_ticket *t, const struct rules_evidence *e)
{
	enum rules_outcome outcome = RULES_NOTHING;
	bool restarted = false;

	if (e->past_gap) {
		restarted |= restart(&t->ok_since_ms, e->at_ms);
		restarted |= restart(&t->absent_since_ms, e->at_ms);
	}
	switch (e->verdict) {
	case VERDICT_VIOLATED:
		return violated(t, e->severity);
	case VERDICT_OK:
		outcome = ok(t, e->at_ms);
		break;
	case VERDICT_UNKNOWN:
		outcome = unknown(t);
		break;
	case VERDICT_NONE:
		outcome = absent(t, e->at_ms, e->gone_after_ms);
		break;
	case VERDICT_NOT_EVALUATED:
		break; /* not the verdict of a complete check */
	}
	return outcome == RULES_NOTHING && restarted ? RULES_MOVED : outcome;
}

int64_t
rules_first_seen(int64_t pending_first_ms, int64_t pending_last_ms, int64_t gap_ms,
	const struct rules_evidence *e)
{
	if (pending_first_ms == TIMESTAMP_NEVER || e->past_gap ||
		e->at_ms - pending_last_ms > gap_ms)
		return e->at_ms;
	return pending_first_ms;
}

static enum rules_change
evidence_is_missing(struct rules_standing *s, int64_t at_ms)
{
	bool begins = s->lost_since_ms == TIMESTAMP_NEVER;

	if (begins)
		s->lost_since_ms = at_ms;
	if (s->lost || at_ms - s->lost_since_ms < RULES_LOST_AFTER_MS)
		return begins ? RULES_CHANGED : RULES_STANDS;
	s->lost = true;
	return RULES_LOST;
}

static enum rules_change
evidence_is_there(struct rules_standing *s)
{
	bool missed = s->lost_since_ms != TIMESTAMP_NEVER;
	bool lost = s->lost;

	s->lost_since_ms = TIMESTAMP_NEVER;
	s->lost = false;
	if (lost)
		return RULES_BACK;
	return missed ? RULES_CHANGED : RULES_STANDS;
}

enum rules_change
rules_stand(struct rules_standing *s, enum verdict_state verdict, int64_t at_ms)
{
	bool missing = verdict == VERDICT_UNKNOWN || verdict == VERDICT_NOT_EVALUATED;
	enum rules_change change = missing ? evidence_is_missing(s, at_ms) : evidence_is_there(s);

	if (s->verdict == verdict)
		return change;
	s->verdict = verdict;
	s->since_ms = verdict == VERDICT_VIOLATED ? TIMESTAMP_NEVER : at_ms;
	return change == RULES_STANDS ? RULES_CHANGED : change;
}

bool
rules_ahead(int64_t at_ms, int64_t now_ms)
{
	return at_ms - now_ms > RULES_AHEAD_MS;
}

bool
rules_set_back(int64_t last_ms, int64_t at_ms, int64_t now_ms)
{
	return last_ms > now_ms && at_ms >= now_ms - RULES_SET_BACK_MS &&
	       at_ms <= now_ms + RULES_SET_BACK_MS;
}
