/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_INCIDENTS_H
#define OP_TICKET_INCIDENTS_H

struct database;
struct fault;
struct ticket_options;
struct view;

/*
 * Prints a row for each batch with a ticket that passes the options' filters,
 * latest first. Batches whose tickets are all muted are skipped unless `muted` is
 * set; with `unresolved`, only batches with an unresolved ticket count. db may be
 * NULL. The view's note explains an empty answer.
 */
int ticket_incidents(
	struct database *db, const struct ticket_options *o, const struct view *v, struct fault *f);

#endif
