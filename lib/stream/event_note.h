/* SPDX-License-Identifier: ISC */
#ifndef OP_EVENT_NOTE_H
#define OP_EVENT_NOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/*
 * The notes of the ledger that begin with a fact of op's own. Some hold a
 * time, in UTC as the whole ledger; people read it in their time zone:
 *
 *	held            UNTIL[: REASON]
 *	evidence_lost   VERDICT since SINCE[: REASON]
 */
struct event_note {
	struct span before; /* what comes before the time; of held nothing: "until" is meant */
	int64_t ms;
	struct span after; /* and after it */
};

/* Does the note of such an event hold a time? Fills *parts if so. */
bool event_note_split(struct span event, struct span note, struct event_note *parts);

#endif
