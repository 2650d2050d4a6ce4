/* SPDX-License-Identifier: ISC */
#ifndef OP_LIST_EVENTS_H
#define OP_LIST_EVENTS_H

struct database;
struct fault;
struct ticket_options;
struct ticket_rows;
struct view;

/*
 * Prints the stream of tickets of op(7): begin, each ticket with its ledger,
 * mutes and gaps, end. db may be NULL: an empty stream.
 */
int list_events(struct database *db, const struct ticket_options *o, const struct ticket_rows *rows,
	const struct view *v, struct fault *f);

#endif
