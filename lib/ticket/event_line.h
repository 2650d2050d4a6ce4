/* SPDX-License-Identifier: ISC */
#ifndef OP_EVENT_LINE_H
#define OP_EVENT_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct buf;
struct stmt;

/* An entry of the ledger, for a line of NDJSON. */
struct event_line {
	int64_t id;
	int64_t ticket_id;
	struct span event;
	struct span at;
	struct span actor;
	struct span note; /* at is NULL if it has none */
	bool muted;	  /* the ticket was muted then */
};

/*
 * Appends the object, without a newline: kind, id, ticket_id, event, at, actor,
 * note; the ticket's subject, cluster, invariant_name, store_id, severity and
 * message; muted; and ticket, the whole ticket as it is now. The columns of the
 * ticket, as in ticket.h, begin at `first` in the row.
 */
void event_line_json(struct buf *out, const struct event_line *e, struct stmt *row, int first);

#endif
