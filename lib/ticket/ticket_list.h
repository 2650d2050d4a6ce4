/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_LIST_H
#define OP_TICKET_LIST_H

#include <stdint.h>
#include <stdio.h>

struct database;
struct fault;
struct tickets_filter;

enum ticket_format { FORMAT_NDJSON, FORMAT_JSON, FORMAT_TABLE };

/*
 * Prints tickets, the newest first. Rows are read before they are printed, so
 * that a slow reader locks nobody out; NDJSON and JSON of more than 16 MiB are
 * read piece by piece. db may be NULL: no tickets. Failed writes stay in the
 * FILE.
 */
int ticket_list(struct database *db, const struct tickets_filter *filter, enum ticket_format format,
	int64_t now_ms, FILE *out, struct fault *f);

#endif
