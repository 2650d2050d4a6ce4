/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_MUTES_H
#define OP_TICKET_MUTES_H

struct database;
struct fault;
struct ticket_options;
struct view;

/*
 * Prints the present and future mutes, or all of them. db may be NULL. The view's
 * note explains an empty answer.
 */
int ticket_mutes(
	struct database *db, const struct ticket_options *o, const struct view *v, struct fault *f);

#endif
