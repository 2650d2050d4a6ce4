/* SPDX-License-Identifier: ISC */
#ifndef OP_DIALECT_H
#define OP_DIALECT_H

/*
 * The texts that differ between the stores in modules that both share; each is
 * named for its module. SQLite numbers rows by itself; PostgreSQL takes ids from
 * a counter row, so that they have no gaps and become visible in order
 * (postgres_dialect.c). What a store does in a way of its own is in cycle_*.c and
 * *_transfer.c.
 */

/* cluster, invariant, store, from_at, until_at, reason, actor, created_at; returns the id. */
extern const char dialect_mutes_add[];

/* ticket_id, at, event, actor, note. */
extern const char dialect_ledger_add[];

/* The highest id that an event ever had. */
extern const char dialect_ledger_last_id[];

#endif
