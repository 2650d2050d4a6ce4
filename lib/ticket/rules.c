/* SPDX-License-Identifier: ISC */
#include "ticket/rules.h"

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
	if (t->flapping && !t->held && at_ms - t->ok_since_ms >= t->flap_window_ms)
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
	if (!t->held && at_ms - t->absent_since_ms >= gone_after_ms)
		return RULES_GONE;
	return moved ? RULES_MOVED : RULES_NOTHING;
}

enum rules_outcome
rules_apply(struct rules_ticket *t, enum verdict_state verdict, enum severity severity,
	int64_t at_ms, int64_t gone_after_ms)
{
	switch (verdict) {
	case VERDICT_VIOLATED:
		return violated(t, severity);
	case VERDICT_OK:
		return ok(t, at_ms);
	case VERDICT_UNKNOWN:
		return unknown(t);
	case VERDICT_NONE:
		break;
	}
	return absent(t, at_ms, gone_after_ms);
}

int64_t
rules_first_seen(int64_t pending_first_ms, int64_t pending_last_ms, int64_t at_ms)
{
	if (pending_first_ms == TIMESTAMP_NEVER || at_ms - pending_last_ms > RULES_PENDING_GAP_MS)
		return at_ms;
	return pending_first_ms;
}

bool
rules_set_back(int64_t last_ms, int64_t at_ms, int64_t now_ms)
{
	return last_ms > now_ms && at_ms >= now_ms - RULES_SET_BACK_MS &&
	       at_ms <= now_ms + RULES_SET_BACK_MS;
}
