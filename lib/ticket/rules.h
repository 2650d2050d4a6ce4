/* SPDX-License-Identifier: ISC */
#ifndef OP_RULES_H
#define OP_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/timestamp.h"
#include "ticket/verdict_cycle.h"

/*
 * The rules: what a verdict does to a ticket, and when a violation becomes one.
 * Pure functions of times in milliseconds; `at` is the cycle's own.
 */

enum {
	RULES_GONE_AFTER_MS = 600000, /* a ticket is gone after its key was absent for this long */
	RULES_GAP_MS = 600000,	      /* the shortest time without a cycle that is a gap */
	RULES_GAP_STEPS = 3,	      /* or this many steps, if that is longer */
	RULES_AHEAD_MS = 600000,      /* how far ahead of the clock a cycle may be */
	RULES_SET_BACK_MS = 600000,   /* how near the clock a cycle that steps back must be */
	RULES_LOST_AFTER_MS = 300000, /* evidence missing for this long is entered in the ledger */
	RULES_DRAW_MS = 3600000,      /* how long a batch with a critical ticket draws others */
	RULES_JITTER_MS = 1000,	      /* how early a wait may end, at most */
	RULES_JITTER_PART = 10,	      /* or by this part of it, if that is shorter */
};

/*
 * The step at a cycle is the shorter one of the last two distances between
 * cycles, the one that ends with it included. Each is TIMESTAMP_NEVER if there is
 * none.
 */
int64_t rules_step(int64_t distance_ms, int64_t previous_ms);

/* Cycles further apart than this prove nothing about the time between them. */
int64_t rules_gap(int64_t step_ms);

/* Whether a wait is over. It may end a little early, because cycles are not exactly on time. */
bool rules_waited(int64_t since_ms, int64_t at_ms, int64_t wait_ms);

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
	RULES_NOTHING, /* unchanged */
	RULES_MOVED,   /* only ok_since or absent_since has changed */
	RULES_COUNTED, /* violated once more */
	RULES_CLEARED, /* resolved by evidence */
	RULES_GONE,    /* resolved: it is no longer listed */
};

/* Ends a hold that has expired. Returns whether it has ended one. */
bool rules_lapse(struct rules_ticket *t, int64_t at_ms);

/* What a cycle shows for one key of an invariant whose check is complete. */
struct rules_evidence {
	enum verdict_state verdict; /* VERDICT_NONE: the key is not among its records */
	enum severity severity;	    /* of the violation, if it is one */
	bool past_gap; /* the check before this one lies past a gap, or does not exist */
	int64_t at_ms;
	int64_t gone_after_ms;
};

enum rules_outcome rules_apply(struct rules_ticket *t, const struct rules_evidence *e);

/*
 * When a violation without a ticket was first seen. pending_first_ms and
 * pending_last_ms are TIMESTAMP_NEVER if there is no pending row.
 */
int64_t rules_first_seen(int64_t pending_first_ms, int64_t pending_last_ms, int64_t gap_ms,
	const struct rules_evidence *e);

/* How the last cycle left the key of an unresolved ticket. */
struct rules_standing {
	enum verdict_state verdict;
	int64_t since_ms;      /* since when; not kept for VERDICT_VIOLATED */
	int64_t lost_since_ms; /* unknown or not evaluated since then, or TIMESTAMP_NEVER */
	bool lost;	       /* the ledger has an event for that */
};

enum rules_change {
	RULES_STANDS,  /* nothing has changed */
	RULES_CHANGED, /* the struct has changed */
	RULES_LOST,    /* likewise, and evidence has been missing for long */
	RULES_BACK,    /* likewise, and evidence is back */
};

/* Updates *s by the verdict of a cycle, which may be VERDICT_NOT_EVALUATED. */
enum rules_change rules_stand(struct rules_standing *s, enum verdict_state verdict, int64_t at_ms);

/* Whether a cycle is too far ahead of the clock. */
bool rules_ahead(int64_t at_ms, int64_t now_ms);

/* Whether a cycle may step back from last_ms to at_ms, because a clock was set back. */
bool rules_set_back(int64_t last_ms, int64_t at_ms, int64_t now_ms);

#endif
