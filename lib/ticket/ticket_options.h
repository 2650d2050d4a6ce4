/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_OPTIONS_H
#define OP_TICKET_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ticket/database.h"
#include "ticket/ledger_cursor.h"

struct ticket_command;

/* The options on op-ticket's command line. */

enum ticket_output { OUTPUT_AUTO, OUTPUT_JSON, OUTPUT_NDJSON, OUTPUT_CSV, OUTPUT_TABLE };

/* A time as given; ms is TIMESTAMP_NEVER if it was not given. */
struct ticket_time {
	const char *text;
	int64_t ms;
};

/* Texts that were not given are NULL, durations -1. */
struct ticket_options {
	const struct ticket_command *command;
	struct database_target db; /* --db, --db-timeout */
	const char *actor;	   /* --as */
	enum ticket_output output;
	unsigned statuses;   /* bits by position in ticket_statuses; 0: any */
	unsigned severities; /* bits, 1 << enum severity; 0: any */
	const char *batch;
	const char *subject;
	const char *cluster;
	const char *invariant; /* GLOB */
	const char *store;     /* GLOB */
	const char *event;     /* GLOB */
	const char *sort;
	const char *message; /* -m */
	const char *lease;
	struct ticket_time since, until, from;
	int64_t limit; /* -1: none */
	struct ledger_cursor after;
	int64_t watch_ms;
	int64_t for_ms;
	int64_t gone_after_ms;
	int64_t max_age_ms;
	int64_t max_unknown_ms;
	int64_t older_than_ms;
	bool unresolved; /* --open */
	bool pending, muted, unknown;
	bool all, yes, strict;
	bool counts;
	bool dry_run, events, follow, cursor, quiet, log_time;
	bool utc, no_pager;
	char **operands; /* after the command's name */
	int operand_count;
};

#endif
