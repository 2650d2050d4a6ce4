/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_DIFF_H
#define OP_TICKET_DIFF_H

#include <stdbool.h>

struct database;
struct fault;
struct ticket_options;
struct view;

/*
 * What differs between the tickets of two databases, oldest first: those that
 * only a has (removed), only b has (added), and those of the same subject,
 * cluster and key whose lives overlap, as far as first_seen_at, resolved_at or
 * severity differ (changed). With --counts those too whose occurrence_count
 * alone differs. An unresolved ticket lives without end; lives that only touch
 * do not overlap. *same: nothing but counts differs.
 */
int ticket_diff(struct database *a, struct database *b, const struct ticket_options *o,
	const struct view *v, bool *same, struct fault *f);

#endif
