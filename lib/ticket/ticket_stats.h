/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_STATS_H
#define OP_TICKET_STATS_H

struct database;
struct fault;
struct ticket_options;
struct view;

/*
 * Prints a row for each invariant of the tickets that pass the options' filters,
 * most tickets first: tickets, open, flapped, how long the resolved ones lasted
 * (MTTR: median and 90th percentile, nearest rank), and how long evidence was
 * lost. sort: tickets, flapped, mttr or unknown. db may be NULL.
 */
int ticket_stats(
	struct database *db, const struct ticket_options *o, const struct view *v, struct fault *f);

/* 0, or -1 if it is not a sort key. */
int ticket_stats_sortable(const char *sort);

#endif
