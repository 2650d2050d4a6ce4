/* SPDX-License-Identifier: ISC */
#ifndef OP_LEDGER_H
#define OP_LEDGER_H

#include <stddef.h>
#include <stdint.h>

struct database;
struct fault;

/* The ledger: what happened to a ticket, in order, for ever. */

#define LEDGER_SELF "op" /* the actor of what ingest does */

/* at is a time as timestamp_format() writes it; note may be NULL. */
int ledger_add(struct database *db, int64_t ticket_id, const char *at, const char *event,
	const char *actor, const char *note, size_t note_len, struct fault *f);

#endif
