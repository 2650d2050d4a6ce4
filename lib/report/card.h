/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_CARD_H
#define OP_REPORT_CARD_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct history;
struct incidents;
struct json_read;
struct ticket;

/*
 * What the cards of a page share. Snapshots take by far the most room: once
 * `room` bytes of them are on the page, later cards name the command that
 * shows theirs.
 */
struct cards {
	const struct history *history;
	const struct incidents *incidents;
	struct json_read *json;
	size_t room;
	bool many_clusters;
};

/* Adds a ticket's card with all its details, folded unless `unfolded`. */
void card_add(struct buf *out, struct cards *c, const struct ticket *t, bool unfolded);

/* Adds its line to the list of open tickets. */
void card_line(struct buf *out, const struct cards *c, const struct ticket *t);

#endif
