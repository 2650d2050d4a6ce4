/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_MUTES_H
#define OP_TICKET_MUTES_H

struct database;
struct fault;
struct ticket_options;
struct view;

/*
 * Prints the mutes that are in force or to come, or all of them. db may be
 * NULL. An empty answer is explained in the view's note.
 */
int ticket_mutes(
	struct database *db, const struct ticket_options *o, const struct view *v, struct fault *f);

#endif
