/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_HISTORY_H
#define OP_REPORT_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "stream/severity.h"

struct fault;

/*
 * Everything that a stream of tickets holds (op(7), Tickets): tickets with
 * their events, mutes, and gaps in which nothing was watched. Times are
 * milliseconds since the epoch, HISTORY_NEVER if there is none. Texts belong
 * to the history; a span whose at is NULL was absent or null.
 */

#define HISTORY_NEVER INT64_MIN

struct event {
	int64_t at_ms;
	struct span word; /* created, acknowledged, ... */
	struct span actor;
	struct span note;
};

struct ticket {
	int64_t id;
	unsigned copy; /* 0, or how many tickets before it have the same id */
	struct span subject, cluster, key, invariant, store;
	struct span status; /* open, acknowledged, diagnosed, resolved */
	enum severity severity;
	bool resolved, held, flapping, muted;
	int64_t count;
	int64_t held_until_ms, began_ms, created_ms, last_seen_ms, resolved_ms, verdict_since_ms;
	struct span batch, resolution, message, doc, link, diagnosis;
	struct span snapshot; /* a JSON object, as it was written */
	struct span verdict, reason;
	struct span missing;		 /* a JSON array, as it was written */
	size_t first_event, event_count; /* its part of history.events */
};

struct mute {
	int64_t id;
	struct span cluster, invariant, store; /* GLOBs; absent matches everything */
	int64_t from_ms, until_ms, lifted_ms;
	struct span reason, actor;
};

struct gap {
	struct span subject, cluster;
	int64_t began_ms, ended_ms;
};

struct history {
	int64_t since_ms, until_ms; /* the page's window; since < until */
	struct ticket *tickets;
	size_t ticket_count;
	struct mute *mutes;
	size_t mute_count;
	struct gap *gaps;
	size_t gap_count;
	struct event *events;
	size_t event_count;
	struct arena texts;
};

/*
 * Reads all streams of a descriptor, to its end. -1 with STATUS_DATA if there
 * is none, or if one is torn.
 */
int history_read(struct history *h, int fd, struct fault *f);
void history_free(struct history *h); /* after a failed history_read(), too */

/* When the ticket was resolved; the end of the window if it is unresolved. */
int64_t ticket_end(const struct ticket *t, const struct history *h);

/* When a mute was lifted, else when it expires. */
int64_t mute_end(const struct mute *m);

#endif
