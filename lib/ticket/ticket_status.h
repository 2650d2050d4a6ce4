/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_STATUS_H
#define OP_TICKET_STATUS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "ticket/ticket_list.h"

struct database;
struct fault;

/*
 * Prints for each subject and cluster its last cycle, how many tickets are
 * unresolved, and the invariants without a complete check for max_age_ms.
 * *fresh: none of these times is older than that. That no cycle was taken yet
 * is a fault, STATUS_NO, once what there is has been printed. db may be NULL.
 * Failed writes stay in the FILE.
 */
int ticket_status(struct database *db, enum ticket_format format, int64_t now_ms,
	int64_t max_age_ms, FILE *out, bool *fresh, struct fault *f);

#endif
