/* SPDX-License-Identifier: ISC */
#ifndef OP_EVENT_NOTE_H
#define OP_EVENT_NOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/*
 * Notes of the ledger that begin with a fact that op added. They hold a time in
 * UTC, which people read in their own time zone:
 *
 *	held            UNTIL[: REASON]
 *	evidence_lost   VERDICT since SINCE[: REASON]
 */
struct event_note {
	struct span before; /* the text before the time; empty for held, which means "until" */
	int64_t ms;
	struct span after; /* the text after it */
};

/* Does the note of such an event hold a time? Fills *parts if so. */
bool event_note_split(struct span event, struct span note, struct event_note *parts);

#endif
