/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_SHOW_H
#define OP_TICKET_SHOW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct database;
struct fault;
struct target;

/*
 * Prints one ticket with its events, or a batch with its tickets and theirs:
 * as one JSON object, or for people. STATUS_NO where there is no such thing.
 * Failed writes stay in the FILE.
 */
int ticket_show(struct database *db, const struct target *t, bool for_people, int64_t now_ms,
	FILE *out, struct fault *f);

#endif
