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

/* A reader's position: id 0 is the beginning, at is "" if the event was not read. */
struct event_cursor {
	int64_t id;
	char at[TIMESTAMP_SIZE];
};

/*
 * Prints the ledger after *last, oldest event first, of one ticket or, if that is
 * 0, of all: the last `limit` events that pass the options' filters. Sets *last to
 * the last event of the ledger. STATUS_DATA if the event *last is missing or has
 * changed, STATUS_NO if the ticket does not exist. first: this is the first call
 * of a command, so that an empty answer is explained. db may be NULL: there are no
 * events.
 */
int ticket_events(struct database *db, int64_t ticket, const struct ticket_options *o,
	const struct view *v, bool first, struct event_cursor *last, struct fault *f);

/* Waits a little for more. False if the reader of out has exited. */
bool ticket_events_wait(FILE *out);

#endif
