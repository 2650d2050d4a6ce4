/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_LIST_H
#define OP_TICKET_LIST_H

struct buf;
struct database;
struct fault;
struct ticket_options;
struct view;

/*
 * Prints the tickets that the options ask for. Rows are read before they are
 * printed, so that a slow reader blocks no writer. db may be NULL: no
 * tickets. An empty answer is explained in the view's note. Failed writes
 * stay in the FILE.
 */
int ticket_list(
	struct database *db, const struct ticket_options *o, const struct view *v, struct fault *f);

/* The page that people see, appended: a table and a summary. */
int ticket_list_page(struct database *db, const struct ticket_options *o, const struct view *v,
	struct buf *page, struct fault *f);

#endif
