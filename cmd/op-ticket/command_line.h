/* SPDX-License-Identifier: ISC */
#ifndef OP_COMMAND_LINE_H
#define OP_COMMAND_LINE_H

#include <stdbool.h>

struct ticket_options;

/* The command line of op-ticket: its flags and commands. */

/* One command; ticket_commands.h has the table, which ends with an empty name. */
struct ticket_command {
	const char *name;
	const char *synopsis; /* operands, for the list of commands */
	const char *summary;  /* likewise */
	const char *help;     /* after "usage: op-ticket [--db FILE] NAME" */
	const char *flags;    /* names that it takes, with a blank before and after each */
	const char *needs; /* "a cluster_id is": it takes no fewer than `most` operands; or NULL */
	int most;	   /* operands; -1: any number */
	bool (*check)(const struct ticket_options *o); /* or NULL; false after reporting an error */
	int (*run)(const struct ticket_options *o);    /* returns the exit status */
};

#define FLAGS_OUTPUT " json ndjson csv table utc no-pager "
#define FLAGS_BATCH " batch subject cluster as "

enum ticket_parsed { PARSED_RUN, PARSED_DONE, PARSED_BAD, PARSED_NO_CLOCK };

/*
 * Reads flags and operands, which may be mixed. PARSED_BAD: it has reported
 * what is wrong. PARSED_NO_CLOCK: so it has, times cannot be read by a clock before
 * 1970. PARSED_DONE: help or version was printed. operands are the caller's to free().
 */
enum ticket_parsed ticket_options_parse(
	struct ticket_options *o, const struct ticket_command *commands, int argc, char **argv);

#endif
