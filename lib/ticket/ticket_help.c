/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_help.h"

const char ticket_help[] =
	"usage: op-ticket [--db FILE] COMMAND [ARG...]\n"
	"\n"
	"Keeps deduplicated tickets of what op-check finds violated.\n"
	"\n"
	"  ingest             reads cycles of verdicts: op-check | op-ticket ingest\n"
	"  list               tickets, the newest first\n"
	"  show ID            one ticket and what happened to it\n"
	"  ack ID...          somebody is looking at it\n"
	"  diagnose ID [FILE] stores what was found, Markdown\n"
	"  resolve ID...      closes it by hand\n"
	"  hold ID...         keeps it from being resolved by evidence\n"
	"  unhold ID...       no longer\n"
	"  events [ID]        the ledger\n"
	"  status             is every cluster still being checked?\n"
	"  prune              deletes resolved tickets\n"
	"\n"
	"  --db FILE          the database: else $OP_DB, else ~/.operator/tickets.db\n"
	"  -h, --help         this, or the help of a command\n"
	"  -V, --version\n"
	"\n"
	"An ID is 12 or TKT-12. A table on a terminal, NDJSON in a pipe.\n"
	"Exit status: 0 done, 1 no, 64 usage, 65 bad input or database, 74 input or\n"
	"output failed, 75 try again, 77 permission, 78 configuration.\n";

#define BATCH_HELP                                                                         \
	"  --batch KEY        all unresolved tickets of a batch; those to which it does\n" \
	"                     not apply are passed over\n"                                 \
	"  --cluster NAME, --subject NAME\n"                                               \
	"                     whose batch, where several clusters have one of that key\n"
#define OUTPUT_HELP                     \
	"  --json, --ndjson, --table\n" \
	"                     one array; a line each (in a pipe); for people (on a terminal)\n"

const char *const ticket_command_help[TICKET_COMMANDS] = {
	[TICKET_INGEST] =
		"usage: op-ticket [--db FILE] ingest [--dry-run] [--events] [--gone-after 10m]\n"
		"\n"
		"Reads cycles of verdicts and applies each one wholly or not at all: opens\n"
		"tickets, counts their violations, and resolves them by evidence.\n"
		"\n"
		"  --dry-run          prints what would change as NDJSON, and changes nothing\n"
		"  --events           prints what has changed as NDJSON, for the next tool\n"
		"  --gone-after 10m   how long something is no longer listed before its ticket\n"
		"                     is resolved as gone\n"
		"\n"
		"A cycle that is torn or refused is skipped; the exit status is then 65.\n",
	[TICKET_LIST] =
		"usage: op-ticket [--db FILE] list [-s STATUS] [--open] [--batch KEY]\n"
		"                 [--subject NAME] [--cluster NAME] [--since WHEN]\n"
		"                 [--json|--ndjson|--table]\n"
		"\n"
		"Lists tickets, the newest first.\n"
		"\n"
		"  -s, --status STATUS  open, acknowledged, diagnosed or resolved\n"
		"  --open             all that are not resolved\n"
		"  --batch KEY        those of a batch\n"
		"  --subject NAME, --cluster NAME\n"
		"  --since WHEN       created since a time, a date, or for 2h\n" OUTPUT_HELP,
	[TICKET_SHOW] = "usage: op-ticket [--db FILE] show ID\n"
			"       op-ticket [--db FILE] show --batch KEY [--cluster NAME]\n"
			"\n"
			"Shows a ticket with its events, or a batch with all of its tickets and\n"
			"theirs: a page on a terminal, one JSON object in a pipe.\n"
			"\n" OUTPUT_HELP,
	[TICKET_ACK] = "usage: op-ticket [--db FILE] ack ID... | --batch KEY\n"
		       "\n"
		       "Open tickets become acknowledged.\n"
		       "\n" BATCH_HELP,
	[TICKET_DIAGNOSE] = "usage: op-ticket [--db FILE] diagnose ID... [FILE|-]\n"
			    "       op-ticket [--db FILE] diagnose --batch KEY [FILE|-]\n"
			    "\n"
			    "Stores a diagnosis, Markdown of at most 256 KiB, from FILE or stdin.\n"
			    "Open and acknowledged tickets become diagnosed; another diagnosis\n"
			    "replaces the first. A FILE that looks like an id is written ./12.\n"
			    "\n" BATCH_HELP,
	[TICKET_RESOLVE] = "usage: op-ticket [--db FILE] resolve ID... | --batch KEY\n"
			   "\n"
			   "Closes tickets by hand, held ones too. That is final.\n"
			   "\n" BATCH_HELP,
	[TICKET_HOLD] = "usage: op-ticket [--db FILE] hold ID... | --batch KEY [--for 2h]\n"
			"\n"
			"Keeps tickets from being resolved by evidence.\n"
			"\n"
			"  --for 2h           until the first cycle after that time\n" BATCH_HELP,
	[TICKET_UNHOLD] = "usage: op-ticket [--db FILE] unhold ID... | --batch KEY\n"
			  "\n"
			  "Ends holds.\n"
			  "\n" BATCH_HELP,
	[TICKET_EVENTS] = "usage: op-ticket [--db FILE] events [ID] [--after EVENT] [--follow]\n"
			  "\n"
			  "Prints the ledger, of all tickets or of one, the oldest event first.\n"
			  "\n"
			  "  --after EVENT      only what came behind the event of that id\n"
			  "  --follow           goes on with what is still to come\n" OUTPUT_HELP,
	[TICKET_STATUS_OF_CHECKS] =
		"usage: op-ticket [--db FILE] status [--max-age 90s]\n"
		"\n"
		"Prints the last cycle of every cluster, its unresolved tickets, and the\n"
		"invariants that have had no complete check for that long. The exit status is\n"
		"1 where a cycle or a check is older, or no cycle ever came.\n"
		"\n"
		"  --max-age 90s\n" OUTPUT_HELP,
	[TICKET_PRUNE] =
		"usage: op-ticket [--db FILE] prune --older-than 90d\n"
		"\n"
		"Deletes tickets that were resolved longer ago than that, and their events.\n",
};
