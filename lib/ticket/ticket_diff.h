/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_DIFF_H
#define OP_TICKET_DIFF_H

#include <stdbool.h>

struct database;
struct fault;
struct ticket_options;
struct view;

/*
 * Prints the differences between the tickets of two databases, oldest first:
 * those that only a has (removed), those that only b has (added), and pairs with
 * the same subject, cluster and key whose lives overlap, if first_seen_at,
 * resolved_at or severity differ (changed). With --counts also pairs that differ
 * only in occurrence_count. An unresolved ticket's life has no end; lives that
 * only touch do not overlap. Sets *same if at most counts differ.
 */
int ticket_diff(struct database *a, struct database *b, const struct ticket_options *o,
	const struct view *v, bool *same, struct fault *f);

#endif
