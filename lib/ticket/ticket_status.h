/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_STATUS_H
#define OP_TICKET_STATUS_H

#include <stdbool.h>

struct database;
struct fault;
struct ticket_options;
struct view;

enum {
	STATUS_MAX_AGE_MS = 90000,	 /* unless --max-age is given */
	STATUS_MAX_UNKNOWN_MS = 3600000, /* unless --max-unknown is given: for what is listed */
};

/*
 * Prints for each subject and cluster its last cycle, its tickets, pending rows
 * and unknown verdicts, the invariants without a complete check for --max-age, and
 * the blind ones, without a known verdict for --max-unknown. Sets *good if nothing
 * is older than --max-age, no last cycle is far ahead of the clock, no invariant
 * is blind (with --max-unknown), and each has had a known verdict (with --strict).
 * If no cycle was taken yet, STATUS_NO after printing. db may be NULL. Write errors
 * stay in the FILE.
 */
int ticket_status(struct database *db, const struct ticket_options *o, const struct view *v,
	bool *good, struct fault *f);

#endif
