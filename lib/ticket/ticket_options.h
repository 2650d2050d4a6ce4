/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_OPTIONS_H
#define OP_TICKET_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct fault;

/* The command line of op-ticket. */

enum ticket_command {
	TICKET_INGEST,
	TICKET_LIST,
	TICKET_SHOW,
	TICKET_ACK,
	TICKET_DIAGNOSE,
	TICKET_RESOLVE,
	TICKET_HOLD,
	TICKET_UNHOLD,
	TICKET_EVENTS,
	TICKET_STATUS_OF_CHECKS,
	TICKET_PRUNE,
	TICKET_COMMANDS,
};

enum ticket_output { OUTPUT_AUTO, OUTPUT_JSON, OUTPUT_NDJSON, OUTPUT_TABLE };

struct ticket_options {
	enum ticket_command command;
	const char *file;
	enum ticket_output output;
	const char *status;
	bool unresolved;
	const char *batch;
	const char *subject;
	const char *cluster;
	int64_t since_ms; /* TIMESTAMP_NEVER where not given, as are the others */
	int64_t hold_ms;  /* -1 */
	int64_t gone_after_ms;
	int64_t max_age_ms;
	int64_t older_than_ms; /* -1 */
	int64_t after;	       /* an event's id, 0: from the first one */
	bool dry_run;
	bool events;
	bool follow;
	char **operands; /* behind the command's name */
	int operand_count;
};

enum ticket_parsed { PARSED_RUN, PARSED_HELP, PARSED_VERSION, PARSED_BAD };

/*
 * Reads flags and operands, which may be mixed. PARSED_BAD: it has been said
 * what is wrong. PARSED_HELP: the help is in *help. operands are the caller's
 * to free().
 */
enum ticket_parsed ticket_options_parse(
	struct ticket_options *o, int argc, char **argv, const char **help);

#endif
