/* SPDX-License-Identifier: ISC */
#ifndef OP_CHANGE_H
#define OP_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "ticket/rules.h"
#include "ticket/verdict_cycle.h"

struct lease;
struct open_ticket;

/*
 * What one cycle does to the store. The rules only fill it; the store applies
 * all of it at once (store_cycle.h) and fills in the ids.
 */

enum change_kind {
	CHANGE_NOTHING, /* only the flags below */
	CHANGE_COUNT,	/* violated once more: message, severity, both timers reset */
	CHANGE_MOVE,	/* the timers only */
	CHANGE_RESOLVE, /* resolved by evidence: resolution and the timers */
};

/* An unresolved ticket: its final state. */
struct change_ticket {
	int64_t id;
	enum change_kind kind;
	bool lapsed;			   /* its hold has ended, before the change */
	bool stood;			   /* standing has changed */
	bool remuted;			   /* muted has changed */
	bool muted;			   /* after the cycle */
	struct rules_standing standing;	   /* after the cycle */
	const struct violation *violation; /* of CHANGE_COUNT */
	enum severity severity;
	int64_t ok_since_ms;
	int64_t absent_since_ms;
	const char *resolution;
};

/* A new ticket. */
struct change_open {
	const struct verdict *verdict;
	const struct violation *violation;
	int64_t first_seen_ms;
	int64_t batch_begin_ms;
	bool flapping;
	bool muted;
	bool was_pending; /* its pending row is deleted */
	int64_t id;	  /* from store_apply() */
};

/* A violation within its grace. */
struct change_pending {
	const struct verdict *verdict;
	int64_t first_seen_ms;
};

/* An entry of the ledger. */
struct change_event {
	int64_t ticket_id; /* or -(1 + index into opens), until store_apply() has filled it in */
	const char *event;
	const char *note;		   /* or NULL */
	bool muted;			   /* the ticket is muted then */
	const struct open_ticket *ticket;  /* as it was before the cycle; NULL if it is new */
	const struct violation *violation; /* of escalated */
	int64_t id;			   /* from store_apply() */
};

/* The unknown verdicts of an invariant that differ from those of its last check. */
struct change_unknown {
	uint32_t invariant; /* index into those of the cycle */
	bool had_rows;
};

struct changes {
	const struct verdict_cycle *cycle; /* has the checks, too */
	bool refused;	      /* the cycle was refused: neither it nor its checks are stored */
	int64_t step_ms;      /* the distance to the cycle before, or TIMESTAMP_NEVER */
	int64_t gap_began_ms; /* the previous cycle if there is a gap after it, else TIMESTAMP_NEVER
			       */
	bool last;	      /* of its transaction: it may be committed at once */
	bool wants_tickets;   /* store_ticket() will be called for those of the events */
	const struct lease *lease; /* the new holder; NULL: unchanged */
	int64_t last_opened_ms;	   /* the latest created_at of the cluster, or TIMESTAMP_NEVER */
	struct change_ticket *tickets;
	size_t ticket_count, ticket_cap;
	struct change_open *opens;
	size_t open_count, open_cap;
	struct change_event *events;
	size_t event_count, event_cap;
	struct change_pending *keeps; /* pending rows: written */
	size_t keep_count, keep_cap;
	struct span *drops; /* keys of pending rows: deleted */
	size_t drop_count, drop_cap;
	struct change_unknown *unknowns;
	size_t unknown_count, unknown_cap;
	struct arena texts; /* of notes that are not constants */
};

/* An empty set. The cycle, and all that its parts point to, must outlive it. */
void changes_init(struct changes *c, const struct verdict_cycle *cycle);
void changes_free(struct changes *c);

/* A zeroed element at the end of its array; valid until the next call for the same array. */
struct change_ticket *changes_ticket(struct changes *c);
struct change_open *changes_open(struct changes *c);
struct change_pending *changes_keep(struct changes *c);

/* Deletes the pending row of this key. */
void changes_drop(struct changes *c, struct span key);

/* Replaces the unknown verdicts of an invariant of the cycle. */
void changes_unknown(struct changes *c, uint32_t invariant, bool had_rows);

/* Adds an event of an unresolved ticket. The note must last as long as c. */
struct change_event *changes_event(struct changes *c, const struct open_ticket *ticket, bool muted,
	const char *event, const char *note);

/* Adds the event "created" for the last one of opens. */
void changes_created(struct changes *c);

/* A text that lasts as long as c. */
const char *changes_text(struct changes *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
