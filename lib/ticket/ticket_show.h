/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_SHOW_H
#define OP_TICKET_SHOW_H

#include <stdint.h>

struct database;
struct fault;
struct json_write;
struct target;
struct view;

/*
 * Shows tickets with their events, or a batch with all of its tickets and their
 * events: pages for people; for programs one object, or one for each of several
 * tickets. STATUS_NO if one does not exist.
 */
int ticket_show(struct database *db, const struct target *t, const struct view *v, struct fault *f);

/* Writes the events of a ticket as elements of the open array. */
int ticket_show_events(struct database *db, int64_t id, struct json_write *w, struct fault *f);

#endif
