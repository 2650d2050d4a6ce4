/* SPDX-License-Identifier: ISC */
#ifndef OP_STORE_EXPECT_H
#define OP_STORE_EXPECT_H

#include <stddef.h>
#include <stdint.h>

struct database;
struct fault;
struct stmt;

/*
 * Tickets that will be asked for one by one, in this order. A server is far
 * away: it is asked for many of them at once. The ids are copied. SQLite, where
 * a question costs nothing, heeds none of it.
 */
void store_expect(struct database *db, const int64_t *ids, size_t count);

/*
 * How many rows of a list are asked for at once: a server hands them over all
 * together, and they are kept in memory. SQLite's come one by one.
 */
extern const int64_t store_rows_at_once;

/*
 * What was fetched of a ticket: its row as of tickets_get(), its events as of
 * ledger_after(). *row is NULL if it was not expected. 0 or -1.
 */
int store_expected_ticket(struct database *db, int64_t id, struct stmt **row, struct fault *f);
int store_expected_events(struct database *db, int64_t id, struct stmt **row, struct fault *f);

#endif
