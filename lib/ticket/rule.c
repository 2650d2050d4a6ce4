/* SPDX-License-Identifier: ISC */
#include "ticket/rule.h"

bool
rule_lapse(struct rule_ticket *t, int64_t at_ms)
{
	if (!t->held || t->held_until_ms == TIMESTAMP_NEVER || at_ms < t->held_until_ms)
		return false;
	t->held = false;
	t->held_until_ms = TIMESTAMP_NEVER;
	return true;
}

static enum rule_outcome
violated(struct rule_ticket *t, enum severity severity)
{
	if (severity > t->severity)
		t->severity = severity;
	t->ok_since_ms = TIMESTAMP_NEVER;
	t->absent_since_ms = TIMESTAMP_NEVER;
	return RULE_COUNTED;
}

static enum rule_outcome
ok(struct rule_ticket *t, int64_t at_ms)
{
	bool moved = t->absent_since_ms != TIMESTAMP_NEVER;

	t->absent_since_ms = TIMESTAMP_NEVER;
	if (!t->held && !t->flapping)
		return RULE_CLEARED;
	if (t->ok_since_ms == TIMESTAMP_NEVER) {
		t->ok_since_ms = at_ms;
		moved = true;
	}
	if (t->flapping && !t->held && at_ms - t->ok_since_ms >= t->flap_window_ms)
		return RULE_CLEARED;
	return moved ? RULE_MOVED : RULE_NOTHING;
}

static enum rule_outcome
unknown(struct rule_ticket *t)
{
	bool moved = t->ok_since_ms != TIMESTAMP_NEVER || t->absent_since_ms != TIMESTAMP_NEVER;

	t->ok_since_ms = TIMESTAMP_NEVER;
	t->absent_since_ms = TIMESTAMP_NEVER;
	return moved ? RULE_MOVED : RULE_NOTHING;
}

static enum rule_outcome
absent(struct rule_ticket *t, int64_t at_ms, int64_t gone_after_ms)
{
	bool moved = t->absent_since_ms == TIMESTAMP_NEVER;

	if (moved)
		t->absent_since_ms = at_ms;
	if (!t->held && at_ms - t->absent_since_ms >= gone_after_ms)
		return RULE_GONE;
	return moved ? RULE_MOVED : RULE_NOTHING;
}

enum rule_outcome
rule_apply(struct rule_ticket *t, enum finding_state verdict, enum severity severity, int64_t at_ms,
	int64_t gone_after_ms)
{
	switch (verdict) {
	case FINDING_VIOLATED:
		return violated(t, severity);
	case FINDING_OK:
		return ok(t, at_ms);
	case FINDING_UNKNOWN:
		return unknown(t);
	case FINDING_NONE:
		break;
	}
	return absent(t, at_ms, gone_after_ms);
}

int64_t
rule_first_seen(int64_t pending_first_ms, int64_t pending_last_ms, int64_t at_ms)
{
	if (pending_first_ms == TIMESTAMP_NEVER || at_ms - pending_last_ms > RULE_PENDING_GAP_MS)
		return at_ms;
	return pending_first_ms;
}

bool
rule_set_back(int64_t last_ms, int64_t at_ms, int64_t now_ms)
{
	return last_ms > now_ms && at_ms >= now_ms - RULE_SET_BACK_MS &&
	       at_ms <= now_ms + RULE_SET_BACK_MS;
}
