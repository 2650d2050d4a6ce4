/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_STATUS_H
#define OP_TICKET_STATUS_H

#include <stdbool.h>

struct database;
struct fault;
struct ticket_options;
struct view;

enum { STATUS_MAX_AGE_MS = 90000 }; /* unless --max-age is given */

/*
 * Prints for each subject and cluster its last cycle, how many tickets are
 * unresolved, and the invariants without a complete check for --max-age.
 * *fresh: none of these times is older than that. That no cycle was taken yet
 * is a fault, STATUS_NO, once what there is has been printed. db may be NULL.
 * Failed writes stay in the FILE.
 */
int ticket_status(struct database *db, const struct ticket_options *o, const struct view *v,
	bool *fresh, struct fault *f);

#endif
