/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_EVENTS_H
#define OP_TICKET_EVENTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/timestamp.h"

struct database;
struct fault;
struct ticket_options;
struct view;

/* How far a reader has come: id 0 is the beginning, at is "" where the event was not read. */
struct event_cursor {
	int64_t id;
	char at[TIMESTAMP_SIZE];
};

/*
 * Prints the ledger after *last, the oldest event first, of one ticket or, if
 * that is 0, of all: those that the options' filters leave, and of them the
 * last `limit`. *last becomes the last event that there is. A ledger in which
 * *last is no event, or is another one, is refused with STATUS_DATA; the
 * events of a ticket that is not there with STATUS_NO. first: this is the
 * first call of a command, and an empty answer is explained. db may be NULL:
 * no events.
 */
int ticket_events(struct database *db, int64_t ticket, const struct ticket_options *o,
	const struct view *v, bool first, struct event_cursor *last, struct fault *f);

/* Waits a little for more. False if the reader of out has gone. */
bool ticket_events_wait(FILE *out);

#endif
