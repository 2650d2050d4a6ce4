/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_EVENTS_H
#define OP_TICKET_EVENTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct database;
struct fault;
struct ticket_options;
struct view;

/*
 * Prints the ledger after the event *last, the oldest event first, of one
 * ticket or, if that is 0, of all: those that the options' filters leave, and
 * of them the last `limit`. *last becomes the id of the last event that there
 * is. The events of a ticket that is not there are refused with STATUS_NO.
 * first: this is the first call of a command, and an empty answer is
 * explained. db may be NULL: no events.
 */
int ticket_events(struct database *db, int64_t ticket, const struct ticket_options *o,
	const struct view *v, bool first, int64_t *last, struct fault *f);

/* Waits a little for more. False: whoever reads out has gone. */
bool ticket_events_wait(FILE *out);

#endif
