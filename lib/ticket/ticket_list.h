/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_LIST_H
#define OP_TICKET_LIST_H

struct buf;
struct database;
struct fault;
struct ticket_options;
struct view;

/*
 * Prints the tickets that the options select. Rows are read before they are
 * printed, so that a slow reader blocks no writer. db may be NULL: there are no
 * tickets. The view's note explains an empty answer. Write errors stay in the
 * FILE.
 */
int ticket_list(
	struct database *db, const struct ticket_options *o, const struct view *v, struct fault *f);

/* Appends the page for people: a table and a summary. */
int ticket_list_page(struct database *db, const struct ticket_options *o, const struct view *v,
	struct buf *page, struct fault *f);

#endif
