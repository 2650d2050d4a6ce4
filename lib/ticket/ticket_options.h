/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_OPTIONS_H
#define OP_TICKET_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ticket/ledger_cursor.h"

/* The command line of op-ticket. */

enum ticket_output { OUTPUT_AUTO, OUTPUT_JSON, OUTPUT_NDJSON, OUTPUT_CSV, OUTPUT_TABLE };

/* A time as it was given; ms is TIMESTAMP_NEVER if it was not. */
struct ticket_time {
	const char *text;
	int64_t ms;
};

/* What was given; texts are NULL and durations -1 otherwise. */
struct ticket_options {
	const struct ticket_command *command;
	const char *file;  /* --db */
	const char *actor; /* --as */
	enum ticket_output output;
	unsigned statuses;   /* bits, of the positions in ticket_statuses; 0: any */
	unsigned severities; /* bits, 1 << enum severity; 0: any */
	const char *batch;
	const char *subject;
	const char *cluster;
	const char *invariant; /* GLOB */
	const char *store;     /* GLOB */
	const char *sort;
	const char *message; /* -m */
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

/* One command: the table of all of them is op-ticket's own. It ends with an empty name. */
struct ticket_command {
	const char *name;
	const char *synopsis; /* operands, for the list of commands */
	const char *summary;  /* likewise */
	const char *help;     /* after "usage: op-ticket [--db FILE] NAME" */
	const char *flags;    /* names that it takes, with a blank before and after each */
	int least, most;      /* operands; -1: any number */
	bool (*check)(const struct ticket_options *o); /* or NULL; false: it has reported why not */
	int (*run)(const struct ticket_options *o);    /* returns the exit status */
};

#define FLAGS_OUTPUT " json ndjson csv table utc no-pager "
#define FLAGS_BATCH " batch subject cluster as "

enum ticket_parsed { PARSED_RUN, PARSED_DONE, PARSED_BAD };

/* open, acknowledged, diagnosed, resolved: forward. */
enum { TICKET_STATUSES = 4 };
extern const char *const ticket_statuses[TICKET_STATUSES];

/*
 * Reads flags and operands, which may be mixed. PARSED_BAD: it has reported
 * what is wrong. PARSED_DONE: help or version was printed. operands are the
 * caller's to free().
 */
enum ticket_parsed ticket_options_parse(
	struct ticket_options *o, const struct ticket_command *commands, int argc, char **argv);

/* Reads "12" or "TKT-12". 0 or -1. */
int ticket_id_parse(const char *text, int64_t *id);

#endif
