/* SPDX-License-Identifier: ISC */
#ifndef OP_LEDGER_H
#define OP_LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/timestamp.h"
#include "ticket/ticket.h"

struct database;
struct fault;
struct stmt;

/* The ledger, the table ticket_events: what happened to each ticket, in order. */

#define LEDGER_SELF "op" /* the actor of what ingest does */

/*
 * Adds an entry. at is a time as timestamp_format() writes it; the note's at may
 * be NULL. Whether the ticket is muted is taken from its row.
 */
int ledger_add(struct database *db, int64_t ticket_id, const char *at, const char *event,
	const char *actor, struct span note, struct fault *f);

/*
 * Events after an id, in order, of one ticket or, if that is 0, of all. To be
 * stepped. Of all tickets it returns at most LEDGER_AT_ONCE: call it again for more.
 */
enum { LEDGER_AT_ONCE = 4000 };
enum ledger_column {
	LEDGER_ID,
	LEDGER_TICKET,
	LEDGER_AT,
	LEDGER_EVENT,
	LEDGER_ACTOR,
	LEDGER_NOTE,
	LEDGER_MUTED,
	LEDGER_COLUMNS, /* then the ticket's columns, as in ticket.h */
};
#define LEDGER_EVENT_COLUMNS                                                          \
	"e.id, e.ticket_id, e.at, e.event, e.actor, e.note, e.muted, " TICKET_COLUMNS \
	" FROM ticket_events AS e JOIN tickets ON tickets.id = e.ticket_id"
struct stmt *ledger_after(struct database *db, int64_t after, int64_t ticket_id, struct fault *f);

/* The highest id that an event ever had here, or 0. */
int ledger_last_id(struct database *db, int64_t *id, struct fault *f);

/* The time of that event, or "" if it does not exist (any more). */
int ledger_at(struct database *db, int64_t id, char at[TIMESTAMP_SIZE], struct fault *f);

#endif
