/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_PENDING_H
#define OP_TICKET_PENDING_H

struct buf;
struct database;
struct fault;
struct ticket_options;
struct view;

/* Prints violations within their grace, sorted by the time they open, like list. */
int ticket_pending(
	struct database *db, const struct ticket_options *o, const struct view *v, struct fault *f);
int ticket_pending_page(struct database *db, const struct ticket_options *o, const struct view *v,
	struct buf *page, struct fault *f);

#endif
