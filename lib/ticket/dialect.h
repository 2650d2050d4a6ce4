/* SPDX-License-Identifier: ISC */
#ifndef OP_DIALECT_H
#define OP_DIALECT_H

/*
 * The few statements that cannot read the same for every store: each store has
 * its own text of them. SQLite numbers rows by itself; PostgreSQL takes ids
 * from a row that counts, so that they have no holes, and become visible in
 * order (postgres_dialect.c). They are named for the module they belong to.
 */

/* cluster, invariant, store, from_at, until_at, reason, actor, created_at; returns the id. */
extern const char dialect_mutes_add[];

/* ticket_id, at, event, actor, note. */
extern const char dialect_ledger_add[];

/* The highest id that an event ever had. */
extern const char dialect_ledger_last_id[];

#endif
