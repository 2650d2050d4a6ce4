/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_ROWS_H
#define OP_TICKET_ROWS_H

#include <stddef.h>
#include <stdint.h>

struct database;
struct fault;
struct ticket_options;

/* Which tickets a command is about, and in which order. */
struct ticket_rows {
	int64_t *ids;
	size_t count;
};

void ticket_rows_free(struct ticket_rows *r);

/*
 * Finds those that the filters of the options leave: statuses, severities,
 * batch, subject, cluster, store and invariant as GLOBs, muted, unknown, and
 * those whose life overlaps since and until. sort is a column, severity or
 * age, "-" in front reverses; NULL: the highest id first. "worst": unresolved
 * first, the worst and youngest of them first, then resolved ones, the
 * latest first. At most `limit` of them remain.
 */
int ticket_rows_find(struct database *db, const struct ticket_options *o, const char *sort,
	struct ticket_rows *r, struct fault *f);

/* 0, or -1 if it is nothing to sort by; *like is then what may have been meant, or NULL. */
int ticket_rows_sortable(const char *sort, const char **like);

#endif
