/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_EVENTS_H
#define OP_TICKET_EVENTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "ticket/ticket_list.h"

struct database;
struct fault;

/*
 * Prints the ledger behind event *last, which it moves on, oldest first: of
 * one ticket, or of all where ticket is 0. STATUS_NO where there is no such
 * ticket. Rows are read before they are printed. db may be NULL: there are
 * none. FORMAT_TABLE is a line each, for people. Failed writes stay in the
 * FILE.
 */
int ticket_events(struct database *db, int64_t ticket, enum ticket_format format, int64_t *last,
	FILE *out, struct fault *f);

/* Waits until it is time to look for more. false: whoever read out is gone. */
bool ticket_events_wait(FILE *out);

#endif
