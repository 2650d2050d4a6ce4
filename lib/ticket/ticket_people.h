/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_PEOPLE_H
#define OP_TICKET_PEOPLE_H

#include <stdint.h>

struct buf;
struct database;
struct fault;
struct view;

/*
 * Appends a ticket as a page for people: first what to act on (what is wrong,
 * since when, its verdict now, why it stays open, what to do), then its history,
 * its incident, the ledger, the diagnosis and the metrics. Text from outside is
 * made safe for a terminal. Returns 1; 0 if there is no such ticket; -1.
 */
int people_ticket(
	struct buf *out, struct database *db, int64_t id, const struct view *v, struct fault *f);

/* Appends the line above the tickets of a batch. */
void people_batch(struct buf *out, const char *batch, const char *subject, const char *cluster);

#endif
