/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_TABLE_H
#define OP_TICKET_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct database;
struct fault;
struct table;
struct view;

/*
 * Tickets as a table for people. The view must outlive it. If there are several
 * clusters, each ticket's cluster is named, even if it is the same for all.
 */
struct ticket_table;

struct ticket_table *ticket_table_open(const struct view *v, bool several);
void ticket_table_close(struct ticket_table *t);

/* Adds a ticket, if it exists. */
int ticket_table_add(struct ticket_table *t, struct database *db, int64_t id, struct fault *f);

int ticket_table_page(struct ticket_table *t, struct buf *page, struct fault *f);

/* For other tables, too: adds the column of the cluster. */
void ticket_table_cluster(struct table *t, bool several);

/* And cells: a severity, and what it is about. NULL is an empty cell. */
void ticket_table_severity(struct table *t, size_t column, const char *severity, bool dim);
void ticket_table_what(struct table *t, size_t column, const char *invariant, const char *store,
	const char *message);

/* How long ago a time is, "?" if it is not one. */
void ticket_age(char out[32], const char *then, int64_t now_ms);

#endif
