/* SPDX-License-Identifier: ISC */
#ifndef OP_CYCLE_POSTGRES_H
#define OP_CYCLE_POSTGRES_H

struct apply;
struct fault;

/*
 * How a cycle is applied to PostgreSQL: as sets of rows, in one pipeline. For
 * cycle_postgres*.c only.
 */

/* Deletes the rows that store_begin() added to cycles and that no cycle has filled. */
extern const char cycle_postgres_unused_sql[];

/* Queue the changes of unresolved tickets and of pending. */
int apply_tickets(struct apply *a, struct fault *f);
int apply_pending(struct apply *a, struct fault *f);

#endif
