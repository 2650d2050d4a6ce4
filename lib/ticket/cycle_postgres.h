/* SPDX-License-Identifier: ISC */
#ifndef OP_CYCLE_POSTGRES_H
#define OP_CYCLE_POSTGRES_H

struct apply;
struct fault;

/*
 * How PostgreSQL applies a cycle: sets of rows, all in one pipeline. Between
 * the files cycle_postgres*.c alone.
 */

/* Deletes the rows of cycles that store_begin() has made and no cycle has filled. */
extern const char cycle_postgres_unused_sql[];

/* Queue what changes unresolved tickets, and the rows of pending. */
int apply_tickets(struct apply *a, struct fault *f);
int apply_pending(struct apply *a, struct fault *f);

#endif
