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
 * Prints for each subject and cluster its last cycle, its tickets, pending
 * rows and unknown verdicts, the invariants without a complete check for
 * --max-age, and those that are blind: without a known verdict for
 * --max-unknown. *good: nothing is older than --max-age, no last cycle lies far
 * ahead of the clock, none is blind if --max-unknown was given, and none has
 * never known anything if --strict was. That no cycle was taken yet is a fault,
 * STATUS_NO, once what there is has been printed. db may be NULL. Failed
 * writes stay in the FILE.
 */
int ticket_status(struct database *db, const struct ticket_options *o, const struct view *v,
	bool *good, struct fault *f);

#endif
