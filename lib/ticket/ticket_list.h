/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_LIST_H
#define OP_TICKET_LIST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct database;
struct fault;

/* Which tickets; NULL and TIMESTAMP_NEVER: no matter. */
struct ticket_filter {
	const char *status;
	bool unresolved;
	const char *batch;
	const char *subject;
	const char *cluster;
	int64_t since_ms; /* created then or later */
};

enum ticket_format { FORMAT_NDJSON, FORMAT_JSON, FORMAT_TABLE };

/*
 * Prints tickets, the newest first. Rows are read before they are printed, so
 * that a slow reader locks nobody out; NDJSON and JSON of more than 16 MiB are
 * read piece by piece. db may be NULL: no tickets. Failed writes stay in the
 * FILE.
 */
int ticket_list(struct database *db, const struct ticket_filter *filter, enum ticket_format format,
	int64_t now_ms, FILE *out, struct fault *f);

/* The filter's own query, for those who ask how it is answered. */
const char *ticket_list_sql(const struct ticket_filter *filter);

#endif
