/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_ROWS_H
#define OP_TICKET_ROWS_H

#include <stddef.h>
#include <stdint.h>

struct database;
struct fault;
struct ticket_options;

/* The tickets that a command selects, in order. */
struct ticket_rows {
	int64_t *ids;
	size_t count;
};

void ticket_rows_free(struct ticket_rows *r);

/*
 * Finds the tickets that pass the options' filters: statuses, severities, batch,
 * subject, cluster, store and invariant as GLOBs, muted, unknown, and a life that
 * overlaps since and until. sort is a column, severity or age, reversed by a
 * leading "-"; NULL: the highest id first. "worst": unresolved ones first, the
 * worst and youngest of them first, then resolved ones, the latest first. At most
 * `limit` tickets are kept.
 */
int ticket_rows_find(struct database *db, const struct ticket_options *o, const char *sort,
	struct ticket_rows *r, struct fault *f);

/* 0, or -1 if it is not a sort key; *like is then a similar one, or NULL. */
int ticket_rows_sortable(const char *sort, const char **like);

#endif
