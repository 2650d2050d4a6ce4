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

/* Summaries of the whole database, for the last line of a list and for empty answers. */

/* "4 open (2 critical), 11 pending, 377 verdicts unknown; last cycle 20s ago". */
int overview_line(struct database *db, const struct ticket_options *o, int64_t now_ms,
	struct buf *out, struct fault *f);

/*
 * Explains in the view's note why nothing was found: "no tickets match; 3
 * clusters checked, the last 20s ago"; here `what` is "tickets". If db is NULL, it
 * names the file that does not exist. With --unknown it counts the unknown
 * verdicts, with or without tickets. Adds nothing with --quiet, or if the view has
 * no note.
 */
int overview_empty(struct database *db, const struct ticket_options *o, const char *what,
	const struct view *v, struct fault *f);

/* Whether the options select several clusters, with or without tickets. */
int overview_several(
	struct database *db, const struct ticket_options *o, bool *several, struct fault *f);

/* Sets a fault with STATUS_NO that names the missing database. Always -1. */
int overview_no_database(const struct ticket_options *o, struct fault *f);

/*
 * STATUS_NO if the options name a subject, a cluster or a batch that does not
 * exist. The fault lists the existing ones.
 */
int overview_check(struct database *db, const struct ticket_options *o, struct fault *f);

#endif
