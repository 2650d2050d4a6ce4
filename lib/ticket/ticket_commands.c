/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_commands.h"

#include <stddef.h>

#include "ticket/run.h"

#define OUTPUT_HELP                                                                        \
	"  --json, --ndjson, --csv, --table\n"                                             \
	"                     one array; a line each (in a pipe); CSV; for people (on a\n" \
	"                     terminal)\n"                                                 \
	"  --utc              times in UTC, not in the local time zone\n"                  \
	"  --no-pager         not through $PAGER\n"
#define BATCH_HELP                                                                         \
	"  --batch KEY        all unresolved tickets of a batch; those to which it does\n" \
	"                     not apply are passed over\n"                                 \
	"  --cluster NAME, --subject NAME\n"                                               \
	"                     whose batch, if several clusters have one of that key\n"     \
	"  --as NAME          who does it; else $OP_ACTOR, else who you are\n"
#define REASON_HELP "  -m, --message TEXT why; the ledger keeps it\n"
#define FILTER_HELP                                                                     \
	"  --store GLOB, --invariant GLOB\n"                                            \
	"  --subject NAME, --cluster NAME\n"                                            \
	"  --since TIME, --until TIME\n"                                                \
	"                     2h, 02:00, yesterday, 2026-11-26, \"2026-11-26 02:00\"\n" \
	"  -n, --limit N      at most N\n"                                              \
	"  -q, --quiet        do not explain an empty answer\n"

#define FLAGS_FILTER " store invariant subject cluster since until limit quiet "

const struct ticket_command ticket_commands[] = {
	{"ingest", "", "read cycles of verdicts: op-check | op-ticket ingest",
		" [--dry-run] [--events] [-q] [--gone-after 10m]\n"
		"\n"
		"Reads cycles of verdicts and applies each one wholly or not at all: opens\n"
		"tickets, counts their violations, and resolves them by evidence.\n"
		"\n"
		"  --dry-run          print what would change as NDJSON, and change nothing\n"
		"  --events           print what has changed as NDJSON, for the next tool\n"
		"  -q, --quiet        no line at the end of each cycle\n"
		"  --log-time         a time before each line\n"
		"  --gone-after 10m   how long something is no longer listed before its ticket\n"
		"                     is resolved as gone\n"
		"\n"
		"A cycle that is torn or refused is skipped; the exit status is then 65.\n",
		" dry-run events quiet log-time gone-after ", 0, 0, NULL, run_ingest},
	{"list", "", "tickets, the worst first",
		" [-s STATUS] [--open] [--severity SEVERITY] [--since TIME] ...\n"
		"\n"
		"Lists tickets: as a table, unresolved ones first, the worst first; for\n"
		"programs, the newest first.\n"
		"\n"
		"  -s, --status STATUS[,...]\n"
		"                     open, acknowledged, diagnosed, resolved\n"
		"  --severity SEVERITY[,...]\n"
		"                     info, warning, critical\n"
		"  --open             all that are not resolved\n"
		"  --muted            those of planned work\n"
		"  --unknown          those whose verdict is not known now\n"
		"  --pending          violations within their grace, not tickets yet\n"
		"  --batch KEY        those of an incident\n" FILTER_HELP
		"  --sort COLUMN      severity, age, first_seen_at, ...; - before it reverses\n"
		"  -w, --watch[=2s]   redraw it in place, until q\n"
		"  --events           a stream of tickets with their ledger, for "
		"op-report\n" OUTPUT_HELP,
		FLAGS_OUTPUT FLAGS_FILTER
		" status severity open muted unknown pending batch sort watch events ",
		0, 0, run_check_list, run_list},
	{"show", "ID...", "a ticket: what is wrong, why it stays open, what to do",
		" ID...\n"
		"       op-ticket [--db FILE] show --batch KEY [--cluster NAME]\n"
		"\n"
		"Shows a ticket with its events, or a batch with all of its tickets: a page\n"
		"on a terminal, one JSON object in a pipe.\n"
		"\n" OUTPUT_HELP,
		FLAGS_OUTPUT " batch subject cluster ", 0, -1, run_check_target, run_show},
	{"incidents", "", "tickets that began together, a row each",
		" [--open] [--since TIME] ...\n"
		"\n"
		"Lists the batches that tickets belong to, the latest first.\n"
		"\n"
		"  --open             those with an unresolved ticket\n"
		"  --muted            those whose tickets are all muted, too\n" FILTER_HELP
			OUTPUT_HELP,
		FLAGS_OUTPUT FLAGS_FILTER " open muted ", 0, 0, NULL, run_incidents},
	{"ack", "ID...", "somebody is looking at it",
		" ID... | --batch KEY [-m TEXT]\n"
		"\n"
		"Open tickets become acknowledged.\n"
		"\n" REASON_HELP BATCH_HELP,
		FLAGS_BATCH " message ", 0, -1, run_check_target, run_ack},
	{"note", "ID... TEXT", "write something down",
		" ID... [TEXT|-]\n"
		"       op-ticket [--db FILE] note --batch KEY [TEXT|-]\n"
		"\n"
		"Adds a note to the ledger, of resolved tickets too. Without TEXT or -m it is\n"
		"read from stdin.\n"
		"\n"
		"  -m, --message TEXT the note; a TEXT that looks like an id needs it\n" BATCH_HELP,
		FLAGS_BATCH " message ", 0, -1, run_check_target, run_note},
	{"diagnose", "ID [FILE]", "store what was found, Markdown",
		" ID... [FILE|-]\n"
		"       op-ticket [--db FILE] diagnose --batch KEY [FILE|-]\n"
		"\n"
		"Stores a diagnosis, Markdown of at most 256 KiB, from FILE or stdin.\n"
		"Open and acknowledged tickets become diagnosed, resolved ones stay resolved;\n"
		"another diagnosis replaces the first. A FILE that looks like an id is ./12.\n"
		"\n" BATCH_HELP,
		FLAGS_BATCH, 0, -1, run_check_target, run_diagnose},
	{"resolve", "ID...", "close it by hand",
		" ID... | --batch KEY [-m TEXT]\n"
		"\n"
		"Closes tickets by hand, held ones too. That is final.\n"
		"\n" REASON_HELP BATCH_HELP,
		FLAGS_BATCH " message ", 0, -1, run_check_target, run_resolve},
	{"hold", "ID...", "keep it from being resolved by evidence",
		" ID... | --batch KEY [--for 2h] [-m TEXT]\n"
		"\n"
		"Keeps tickets from being resolved by evidence.\n"
		"\n"
		"  --for 2h           until the first cycle after that time\n" REASON_HELP
			BATCH_HELP,
		FLAGS_BATCH " for message ", 0, -1, run_check_target, run_hold},
	{"unhold", "ID...", "end a hold",
		" ID... | --batch KEY [-m TEXT]\n"
		"\n"
		"Ends holds.\n"
		"\n" REASON_HELP BATCH_HELP,
		FLAGS_BATCH " message ", 0, -1, run_check_target, run_unhold},
	{"events", "[ID]", "the ledger: what happened, in order",
		" [ID] [--since TIME] [--until TIME] [-n N] [--follow] ...\n"
		"\n"
		"Prints the ledger, of all tickets or of one, the oldest event first.\n"
		"\n"
		"  -f, --follow       go on with what is still to come\n"
		"  --after EVENT      only what comes after the event of that id\n"
		"  --muted            only those of muted tickets\n"
		"  -n, --limit N      only the last N; 0 with --follow: only what comes\n"
		"  --store GLOB, --invariant GLOB\n"
		"  --subject NAME, --cluster NAME\n"
		"  --since TIME, --until TIME\n"
		"  -q, --quiet        do not explain an empty answer\n" OUTPUT_HELP,
		FLAGS_OUTPUT FLAGS_FILTER " after follow muted ", 0, 1, NULL, run_events},
	{"stats", "", "by invariant: tickets, flapping, time to resolve",
		" [--since TIME] [--sort COLUMN] ...\n"
		"\n"
		"Prints a row for each invariant: its tickets, how many flapped, how long the\n"
		"resolved ones lasted (MTTR: median and 90th percentile), and for how long\n"
		"their verdicts were unknown.\n"
		"\n"
		"  --sort COLUMN      tickets, flapped, mttr or unknown\n" FILTER_HELP OUTPUT_HELP,
		FLAGS_OUTPUT FLAGS_FILTER " sort ", 0, 0, run_check_stats, run_stats},
	{"diff", "A B", "what differs between the tickets of two databases",
		" A.db B.db [--counts]\n"
		"\n"
		"Compares the tickets of two databases, of a backtest with other thresholds\n"
		"say. Tickets of the same key whose lives overlap are one. - is only in A,\n"
		"+ only in B, ~ is in both and began, ended or was rated differently.\n"
		"\n"
		"  --counts           also those seen a different number of times\n" OUTPUT_HELP
		"\n"
		"Exit status: 0 the same but for counts; 1 different.\n",
		FLAGS_OUTPUT " counts ", 2, 2, run_check_diff, run_diff},
	{"status", "", "is every cluster still being checked?",
		" [--max-age 90s] [--max-unknown 1h] [--cluster NAME] ...\n"
		"\n"
		"Prints for every cluster the last cycle, its tickets, and the invariants that\n"
		"have had no complete check, or have known nothing, for long.\n"
		"\n"
		"  --max-age 90s      1 if a cycle or a check is older, or no cycle ever came\n"
		"  --max-unknown 1h   1 if an invariant has known nothing for that long, and did\n"
		"                     before\n"
		"  --strict           1 if an invariant has never known anything, too\n"
		"  --cluster NAME, --subject NAME\n" OUTPUT_HELP,
		FLAGS_OUTPUT " max-age max-unknown strict cluster subject ", 0, 0, NULL,
		run_status},
	{"mute", "", "flag tickets of planned work",
		" [--cluster GLOB] [--invariant GLOB] [--store GLOB]\n"
		"                       [--from TIME] --for 2h|--until TIME -m REASON\n"
		"\n"
		"Flags the tickets that match as muted from one time of the cycles until\n"
		"another. They open and resolve as ever; notifiers and counts leave them out.\n"
		"\n"
		"  --cluster GLOB, --invariant GLOB, --store GLOB\n"
		"                     which ones; at least one of these\n"
		"  --from TIME        else now\n"
		"  --for 2h, --until TIME\n"
		"  -m, --message REASON\n"
		"  --as NAME          who does it; else $OP_ACTOR, else who you are\n",
		" cluster invariant store from for until message as utc ", 0, 0, run_check_mute,
		run_mute},
	{"mutes", "", "planned work",
		" [--all]\n"
		"\n"
		"Lists the mutes that are in force or to come.\n"
		"\n"
		"  --all              those that have ended, too\n" OUTPUT_HELP,
		FLAGS_OUTPUT " all ", 0, 0, NULL, run_mutes},
	{"unmute", "ID", "end a mute now",
		" ID\n"
		"\n"
		"Lifts the mute of that id. Notifiers then hear of the tickets that are still\n"
		"unresolved.\n"
		"\n"
		"  --as NAME          who does it; else $OP_ACTOR, else who you are\n",
		" as ", 1, 1, NULL, run_unmute},
	{"adopt", "ID", "accept the new id of a cluster",
		" --cluster NAME [--subject NAME] ID\n"
		"\n"
		"Lets the name stand for the cluster of that id from now on: it was rebuilt.\n"
		"Unresolved tickets of the one before are resolved as gone.\n"
		"\n"
		"  --cluster NAME     whose\n"
		"  --subject NAME     of this subject alone\n"
		"  --as NAME          who does it; else $OP_ACTOR, else who you are\n",
		" cluster subject as ", 1, 1, run_check_cluster, run_adopt},
	{"forget", "", "end a cluster or an invariant that is no more",
		" --cluster NAME [--subject NAME] [--invariant NAME | --yes]\n"
		"\n"
		"Resolves the unresolved tickets of a cluster, or of one of its invariants, by\n"
		"hand, and forgets when it was checked. Resolved tickets and the ledger stay.\n"
		"\n"
		"  --cluster NAME     which one\n"
		"  --subject NAME     of this subject alone\n"
		"  --invariant NAME   that invariant alone\n"
		"  --yes              do not ask whether to forget a whole cluster\n"
		"  --as NAME          who does it; else $OP_ACTOR, else who you are\n",
		" cluster subject invariant yes as ", 0, 0, run_check_cluster, run_forget},
	{"prune", "", "delete resolved tickets",
		" --older-than 90d\n"
		"\n"
		"Deletes tickets that were resolved longer ago than that, and their events.\n",
		" older-than ", 0, 0, NULL, run_prune},
	{.name = NULL},
};
