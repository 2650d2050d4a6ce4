/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_INCIDENTS_H
#define OP_TICKET_INCIDENTS_H

struct database;
struct fault;
struct ticket_options;
struct view;

/*
 * Prints a row for each batch that has a ticket which the options' filters
 * leave: the latest first. Those that are all muted are passed over unless
 * muted is set; unresolved: those with an unresolved ticket. db may be NULL.
 * An empty answer is explained in the view's note.
 */
int ticket_incidents(
	struct database *db, const struct ticket_options *o, const struct view *v, struct fault *f);

#endif
