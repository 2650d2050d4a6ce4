/* SPDX-License-Identifier: ISC */
#ifndef OP_LEDGER_CURSOR_H
#define OP_LEDGER_CURSOR_H

#include <stdint.h>
#include <stdio.h>

#include "base/span.h"

struct database;
struct fault;

/*
 * A position in the ledger, after an event, which a reader stores to go on from.
 * As text it is the event's id, or ID:LEDGER with the identity of the database,
 * which every database has from its creation.
 */
struct ledger_cursor {
	int64_t id;
	struct span ledger; /* at is NULL if it was not given */
};

/* Reads the text, which must outlive c. 0 or -1. */
int ledger_cursor_parse(const char *text, struct ledger_cursor *c);

/*
 * Refuses, with STATUS_DATA, a cursor of another database: one with another
 * identity, or with an id beyond the last event ever. db may be NULL: there are
 * no events.
 */
int ledger_cursor_check(struct database *db, const struct ledger_cursor *c, struct fault *f);

/* The identity of the ledger, which import and export preserve. */
enum { LEDGER_IDENTITY_SIZE = 65 };
int ledger_identity(struct database *db, char id[LEDGER_IDENTITY_SIZE], struct fault *f);
int ledger_set_identity(struct database *db, const char *id, struct fault *f);

/* Prints the cursor at the ledger's end, as a line. db may be NULL: "0". */
int ledger_cursor_print(struct database *db, FILE *out, struct fault *f);

#endif
