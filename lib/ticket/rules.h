/* SPDX-License-Identifier: ISC */
#ifndef OP_RULES_H
#define OP_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/timestamp.h"
#include "ticket/verdict_cycle.h"

/*
 * The table of rules: what a verdict does to a ticket, and when a violation
 * becomes one. Pure: times come in and go out, in milliseconds; `at` is the
 * cycle's own.
 */

enum {
	RULES_GONE_AFTER_MS = 600000,  /* how long a key is absent before its ticket is gone */
	RULES_PENDING_GAP_MS = 600000, /* a violation not seen for longer than this starts again */
	RULES_SET_BACK_MS = 600000,    /* how near the clock a cycle is that may step back */
};

/* What the rules read and write of an unresolved ticket. */
struct rules_ticket {
	enum severity severity;
	bool held;
	bool flapping;
	int64_t held_until_ms;
	int64_t flap_window_ms;
	int64_t ok_since_ms;
	int64_t absent_since_ms;
};

enum rules_outcome {
	RULES_NOTHING, /* it is as it was */
	RULES_MOVED,   /* ok_since or absent_since has changed, no more */
	RULES_COUNTED, /* violated once more */
	RULES_CLEARED, /* resolved by evidence */
	RULES_GONE,    /* resolved: it is no longer listed */
};

/* Ends a hold whose time has come. Has it ended one? */
bool rules_lapse(struct rules_ticket *t, int64_t at_ms);

/*
 * Applies the verdict of a complete check; VERDICT_NONE: the key is not among
 * its records. severity is that of the violation, if it is one.
 */
enum rules_outcome rules_apply(struct rules_ticket *t, enum verdict_state verdict,
	enum severity severity, int64_t at_ms, int64_t gone_after_ms);

/*
 * When a violation without a ticket was first seen: pending says since when
 * and when last, both TIMESTAMP_NEVER where there is no pending row.
 */
int64_t rules_first_seen(int64_t pending_first_ms, int64_t pending_last_ms, int64_t at_ms);

/* May a cycle step back from last_ms to at_ms? Only where a clock was set back, by now. */
bool rules_set_back(int64_t last_ms, int64_t at_ms, int64_t now_ms);

#endif
