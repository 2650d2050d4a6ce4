/* SPDX-License-Identifier: ISC */
#ifndef OP_STORE_EXPECT_H
#define OP_STORE_EXPECT_H

#include <stddef.h>
#include <stdint.h>

struct database;
struct fault;
struct stmt;

/*
 * Announces the tickets that will be read one by one, in this order, so that many
 * of them can be fetched from a server at once. The ids are copied. SQLite ignores
 * this, because its queries are cheap.
 */
void store_expect(struct database *db, const int64_t *ids, size_t count);

/*
 * How many rows of a list are fetched at once: a server sends them together, and
 * they are kept in memory. SQLite's are read one by one.
 */
extern const int64_t store_rows_at_once;

/*
 * What was fetched of a ticket: its row, as by tickets_get(), or its events, as by
 * ledger_after(). *row is NULL if the ticket was not announced. 0 or -1.
 */
int store_expected_ticket(struct database *db, int64_t id, struct stmt **row, struct fault *f);
int store_expected_events(struct database *db, int64_t id, struct stmt **row, struct fault *f);

#endif
