/* SPDX-License-Identifier: ISC */
#include "op-ticket/ticket_commands.h"

#include <stddef.h>

#include "op-ticket/run.h"

#define OUTPUT_HELP                                                                  \
	"  --json, --ndjson, --csv, --table\n"                                       \
	"                     print one array, an object a line (the default in a\n" \
	"                     pipe), CSV, or a table (on a terminal)\n"              \
	"  --utc              print times in UTC, not in the local time zone\n"      \
	"  --no-pager         do not run $PAGER\n"
#define BATCH_HELP                                                                       \
	"  --batch KEY        all unresolved tickets of a batch; those to which the\n"   \
	"                     command does not apply are skipped\n"                      \
	"  --cluster NAME, --subject NAME\n"                                             \
	"                     choose one if several clusters have a batch of that key\n" \
	"  --as NAME          the actor (default: $OP_ACTOR, else the login name)\n"
#define REASON_HELP "  -m, --message TEXT the reason, kept in the ledger\n"
#define FILTER_HELP                                                                     \
	"  -S, --store GLOB, --invariant GLOB\n"                                        \
	"  --subject NAME, --cluster NAME\n"                                            \
	"  --since TIME, --until TIME\n"                                                \
	"                     2h, 02:00, yesterday, 2026-11-26, \"2026-11-26 02:00\"\n" \
	"  -n, --limit N      print at most N\n"                                        \
	"  -q, --quiet        do not explain an empty answer\n"

#define FLAGS_FILTER " store invariant subject cluster since until limit quiet "

const struct ticket_command ticket_commands[] = {
	{"ingest", "", "read cycles of verdicts: op-check | op-ticket ingest",
		" [--dry-run] [--events] [-q] [--gone-after 10m]\n"
		"                         [--lease NAME[:90s]]\n"
		"\n"
		"Reads cycles of verdicts and applies each one wholly or not at all: opens\n"
		"tickets, counts their violations, and resolves them by evidence.\n"
		"\n"
		"  --dry-run          print what would change as NDJSON, and change nothing\n"
		"  --events           print what has changed as NDJSON, for the next tool\n"
		"  -q, --quiet        omit the line that ends each cycle\n"
		"  --log-time         begin each line with the time\n"
		"  --gone-after 10m   resolve a ticket as gone after its store has been missing\n"
		"                     from complete cycles for that long\n"
		"  --lease NAME[:90s] let one of several monitors of a cluster ingest, until\n"
		"                     that long after its last cycle; the others stand by and\n"
		"                     take over then\n"
		"\n"
		"A cycle that is torn or refused is skipped; the exit status is then 65.\n",
		" dry-run events quiet log-time gone-after lease ", NULL, 0, run_check_ingest,
		run_ingest},
	{"list", "", "tickets, the worst first",
		" [-s STATUS] [--open] [--severity SEVERITY] [--since TIME] ...\n"
		"\n"
		"Lists tickets. The table starts with unresolved tickets, the worst first; NDJSON\n"
		"starts with the newest.\n"
		"\n"
		"  -s, --status STATUS[,...]\n"
		"                     open, acknowledged, diagnosed, resolved\n"
		"  --severity SEVERITY[,...]\n"
		"                     info, warning, critical\n"
		"  --open             all unresolved tickets\n"
		"  --muted            tickets muted by planned work\n"
		"  --unknown          tickets whose verdict is unknown or not evaluated now\n"
		"  --pending          violations within their grace, which are not tickets yet\n"
		"  --batch KEY        tickets of an incident\n" FILTER_HELP
		"  --sort COLUMN      severity, age, first_seen_at, ...; a leading - reverses\n"
		"  -w, --watch[=2s]   redraw the table in place until q is pressed\n"
		"  --events           a stream of tickets with their ledger, for "
		"op-report\n" OUTPUT_HELP,
		FLAGS_OUTPUT FLAGS_FILTER
		" status severity open muted unknown pending batch sort watch events ",
		NULL, 0, run_check_list, run_list},
	{"show", "ID...", "a ticket: what is wrong, why it stays open, what to do",
		" ID...\n"
		"       op-ticket [--db FILE] show --batch KEY [--cluster NAME]\n"
		"\n"
		"Shows tickets with their events, or a batch with all its tickets: a page on a\n"
		"terminal, one JSON object in a pipe.\n"
		"\n"
		"  --batch KEY        the tickets of an incident\n"
		"  --cluster NAME     choose one if several clusters have a batch of that "
		"key\n" OUTPUT_HELP,
		FLAGS_OUTPUT " batch subject cluster ", NULL, -1, run_check_target, run_show},
	{"incidents", "", "tickets that began together, a row each",
		" [--open] [--since TIME] ...\n"
		"\n"
		"Lists the batches that tickets belong to, the latest first.\n"
		"\n"
		"  --open             incidents with an unresolved ticket\n"
		"  --muted            also incidents whose tickets are all muted\n" FILTER_HELP
			OUTPUT_HELP,
		FLAGS_OUTPUT FLAGS_FILTER " open muted ", NULL, 0, NULL, run_incidents},
	{"ack", "ID...", "acknowledge open tickets",
		" ID... | --batch KEY [-m TEXT]\n"
		"\n"
		"Marks open tickets as acknowledged.\n"
		"\n" REASON_HELP BATCH_HELP,
		FLAGS_BATCH " message ", NULL, -1, run_check_target, run_ack},
	{"note", "ID... TEXT", "add a note to the ledger",
		" ID... [TEXT|-]\n"
		"       op-ticket [--db FILE] note --batch KEY [TEXT|-]\n"
		"\n"
		"Adds a note to the ledger, for resolved tickets too. Without TEXT or -m, reads "
		"it\n"
		"from stdin.\n"
		"\n"
		"  -m, --message TEXT the note; use this if the text looks like an id\n" BATCH_HELP,
		FLAGS_BATCH " message ", NULL, -1, run_check_target, run_note},
	{"diagnose", "ID [FILE]", "store a diagnosis in Markdown",
		" ID... [FILE|-]\n"
		"       op-ticket [--db FILE] diagnose --batch KEY [FILE|-]\n"
		"\n"
		"Stores a diagnosis, Markdown of at most 256 KiB, from FILE or stdin.\n"
		"Open and acknowledged tickets become diagnosed; resolved ones stay resolved.\n"
		"A second diagnosis replaces the first. Write ./12 for a FILE named like an id.\n"
		"\n" BATCH_HELP,
		FLAGS_BATCH, NULL, -1, run_check_target, run_diagnose},
	{"resolve", "ID...", "resolve tickets by hand",
		" ID... | --batch KEY [-m TEXT]\n"
		"\n"
		"Resolves tickets by hand, held ones too. This is final.\n"
		"\n" REASON_HELP BATCH_HELP,
		FLAGS_BATCH " message ", NULL, -1, run_check_target, run_resolve},
	{"hold", "ID...", "keep tickets from being resolved by evidence",
		" ID... | --batch KEY [--for 2h] [-m TEXT]\n"
		"\n"
		"Keeps tickets from being resolved by evidence.\n"
		"\n"
		"  --for 2h           end the hold with the first cycle after that "
		"time\n" REASON_HELP BATCH_HELP,
		FLAGS_BATCH " for message ", NULL, -1, run_check_target, run_hold},
	{"unhold", "ID...", "end holds",
		" ID... | --batch KEY [-m TEXT]\n"
		"\n"
		"Ends holds.\n"
		"\n" REASON_HELP BATCH_HELP,
		FLAGS_BATCH " message ", NULL, -1, run_check_target, run_unhold},
	{"events", "[ID]", "the ledger: what happened, the oldest event first",
		" [ID] [--since TIME] [--until TIME] [-n N] [--follow] ...\n"
		"\n"
		"Prints the ledger of all tickets or of one, the oldest event first.\n"
		"\n"
		"  -f, --follow       keep printing new events until stopped\n"
		"  --after EVENT      only events after the one with that id\n"
		"  --cursor           print the end of the ledger, as --after takes it, instead\n"
		"  --event GLOB       only events of that kind, such as acknowledged\n"
		"  --muted            only events of tickets that were muted then\n"
		"  -n, --limit N      only the last N; with --follow, 0 prints only new ones\n"
		"  -S, --store GLOB, --invariant GLOB\n"
		"  --subject NAME, --cluster NAME\n"
		"  --since TIME, --until TIME\n"
		"  -q, --quiet        do not explain an empty answer\n" OUTPUT_HELP,
		FLAGS_OUTPUT FLAGS_FILTER " event after cursor follow muted ", NULL, 1, NULL,
		run_events},
	{"stats", "", "by invariant: tickets, flapping, time to resolve",
		" [--since TIME] [--sort COLUMN] ...\n"
		"\n"
		"Prints a row for each invariant: its tickets, how many flapped, how long the\n"
		"resolved ones lasted (MTTR: median and 90th percentile), and for how long\n"
		"their verdicts were unknown.\n"
		"\n"
		"  --sort COLUMN      tickets, flapped, mttr or unknown\n" FILTER_HELP OUTPUT_HELP,
		FLAGS_OUTPUT FLAGS_FILTER " sort ", NULL, 0, run_check_stats, run_stats},
	{"diff", "A B", "what differs between the tickets of two databases",
		" A.db B.db [--counts]\n"
		"\n"
		"Compares the tickets of two databases, such as two backtests. Tickets of the\n"
		"same key whose lives overlap are one. - is only in A, + is only in B, and ~ is\n"
		"in both but began, ended or was rated differently.\n"
		"\n"
		"  --counts           also list tickets seen a different number of "
		"times\n" OUTPUT_HELP "\n"
		"Exit status: 0 no difference other than counts; 1 different.\n",
		FLAGS_OUTPUT " counts ", "two databases are", 2, run_check_diff, run_diff},
	{"status", "", "whether every cluster is still being checked",
		" [--max-age 90s] [--max-unknown 1h] [--cluster NAME] ...\n"
		"\n"
		"Prints, for every cluster, the last cycle, its tickets, and the invariants that\n"
		"have had no complete check, or only unknown verdicts, for long.\n"
		"\n"
		"  --max-age 90s      exit 1 if a cycle or a check is older, or if there was no\n"
		"                     cycle yet\n"
		"  --max-unknown 1h   exit 1 if an invariant has had only unknown verdicts for\n"
		"                     that long, but had others before\n"
		"  --strict           exit 1 also if an invariant never had any other verdict\n"
		"  --cluster NAME, --subject NAME\n" OUTPUT_HELP,
		FLAGS_OUTPUT " max-age max-unknown strict cluster subject ", NULL, 0, NULL,
		run_status},
	{"mute", "", "mute tickets of planned work",
		" [--cluster GLOB] [--invariant GLOB] [--store GLOB]\n"
		"                       [--from TIME] --for 2h|--until TIME -m REASON\n"
		"\n"
		"Mutes the tickets that match, for the cycles from one time to another. They\n"
		"open and resolve as usual, but notifiers and counts leave them out.\n"
		"\n"
		"  --cluster GLOB, --invariant GLOB, -S, --store GLOB\n"
		"                     which tickets; at least one of these is needed\n"
		"  --from TIME        when the mute begins (default: now)\n"
		"  --for 2h, --until TIME\n"
		"                     when it ends; one of these is needed\n"
		"  -m, --message REASON\n"
		"                     the reason, kept in the ledger\n"
		"  --as NAME          the actor (default: $OP_ACTOR, else the login name)\n",
		" cluster invariant store from for until message as utc ", NULL, 0, run_check_mute,
		run_mute},
	{"mutes", "", "list mutes",
		" [--all]\n"
		"\n"
		"Lists the mutes in force and those to come.\n"
		"\n"
		"  --all              also list mutes that have ended\n" OUTPUT_HELP,
		FLAGS_OUTPUT " all ", NULL, 0, NULL, run_mutes},
	{"unmute", "ID", "end a mute now",
		" ID\n"
		"\n"
		"Ends the mute of that id. Notifiers then report its tickets that are still\n"
		"unresolved.\n"
		"\n"
		"  --as NAME          the actor (default: $OP_ACTOR, else the login name)\n",
		" as ", "the id of a mute is", 1, NULL, run_unmute},
	{"adopt", "ID", "accept the new id of a cluster",
		" --cluster NAME [--subject NAME] ID\n"
		"\n"
		"Accepts the cluster_id ID for a cluster that was rebuilt. Unresolved tickets of\n"
		"the old cluster are resolved as gone.\n"
		"\n"
		"  --cluster NAME     the name of the cluster\n"
		"  --subject NAME     only this subject (default: all)\n"
		"  --as NAME          the actor (default: $OP_ACTOR, else the login name)\n",
		" cluster subject as ", "a cluster_id is", 1, run_check_cluster, run_adopt},
	{"forget", "", "end a cluster or an invariant that no longer exists",
		" --cluster NAME [--subject NAME] [--invariant NAME | --yes]\n"
		"\n"
		"Resolves the unresolved tickets of a cluster, or of one of its invariants, by\n"
		"hand, and forgets when it was checked. Resolved tickets and the ledger stay.\n"
		"\n"
		"  --cluster NAME     the name of the cluster\n"
		"  --subject NAME     only this subject (default: all)\n"
		"  --invariant NAME   only this invariant\n"
		"  --yes              do not ask whether to forget a whole cluster\n"
		"  --as NAME          the actor (default: $OP_ACTOR, else the login name)\n",
		" cluster subject invariant yes as ", NULL, 0, run_check_cluster, run_forget},
	{"prune", "", "delete resolved tickets",
		" --older-than 90d\n"
		"\n"
		"Deletes tickets that were resolved longer ago than that, with their events.\n",
		" older-than ", NULL, 0, NULL, run_prune},
	{"create", "", "create the tables of a new database",
		"\n"
		"\n"
		"Creates the tables in the database, unless they exist. A PostgreSQL needs this\n"
		"once; a file is also created by the first ingest.\n",
		" ", NULL, 0, NULL, run_create},
	{"migrate", "", "upgrade the tables of an older version",
		"\n"
		"\n"
		"Upgrades the tables of an older version. A PostgreSQL needs this after an\n"
		"upgrade of op-ticket, while nothing ingests; a file is also migrated when it\n"
		"is opened.\n",
		" ", NULL, 0, NULL, run_migrate},
	{"export", "", "write the whole database, for import",
		"\n"
		"\n"
		"Writes the whole database as NDJSON: tickets, ledger, planned work, and what is\n"
		"known of the clusters. ingest can continue meanwhile. op-tickets(5) describes\n"
		"the stream.\n",
		" ", NULL, 0, NULL, run_export},
	{"import", "", "read an export into an empty database",
		"\n"
		"\n"
		"Reads what export wrote, all of it or nothing, into an empty database:\n"
		"\n"
		"    op-ticket --db A export | op-ticket --db B import\n",
		" ", NULL, 0, NULL, run_import},
	{.name = NULL},
};
