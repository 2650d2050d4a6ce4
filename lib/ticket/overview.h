/* SPDX-License-Identifier: ISC */
#ifndef OP_OVERVIEW_H
#define OP_OVERVIEW_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct database;
struct fault;
struct ticket_options;
struct view;

/* What there is altogether: for the last line of a list, and for an answer that is empty. */

/* "4 open (2 critical), 11 pending, 377 verdicts unknown; last cycle 20s ago". */
int overview_line(struct database *db, const struct ticket_options *o, int64_t now_ms,
	struct buf *out, struct fault *f);

/*
 * Explains in the view's note why nothing was found: "no tickets match; 3
 * clusters checked, the last 20s ago". what is "tickets" in this. db may be
 * NULL: then it names the file that does not exist. With --unknown it counts
 * the unknown verdicts, which need not be of tickets. Adds nothing with
 * --quiet, or if the view has no note.
 */
int overview_empty(struct database *db, const struct ticket_options *o, const char *what,
	const struct view *v, struct fault *f);

/* Are there several clusters among those that the options choose, with tickets or without? */
int overview_several(
	struct database *db, const struct ticket_options *o, bool *several, struct fault *f);

/* Fails with STATUS_NO: there is no database, and which one was expected. Always -1. */
int overview_no_database(const struct ticket_options *o, struct fault *f);

/*
 * STATUS_NO if the options name a subject, a cluster or a batch that nothing
 * is known of. The fault lists those that there are.
 */
int overview_check(struct database *db, const struct ticket_options *o, struct fault *f);

#endif
