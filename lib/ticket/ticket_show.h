/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_SHOW_H
#define OP_TICKET_SHOW_H

#include <stdint.h>

struct database;
struct fault;
struct json_write;
struct stmt;
struct target;
struct view;

/*
 * Shows tickets with their events, or a batch with all of its tickets and their
 * events: pages for people; for programs one object, or one for each of several
 * tickets. STATUS_NO if one does not exist.
 */
int ticket_show(struct database *db, const struct target *t, const struct view *v, struct fault *f);

/*
 * Writes one ticket for programs, as members of the open object: the columns of
 * its row, TICKET_COLUMNS, and its events. The row is then reset. 0 or -1.
 */
int ticket_show_members(
	struct database *db, struct stmt *row, struct json_write *w, struct fault *f);

#endif
