/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/suggest.h"
#include "base/timestamp.h"
#include "ticket/rules.h"
#include "ticket/ticket_help.h"

enum flag {
	FLAG_DB = 256,
	FLAG_JSON,
	FLAG_NDJSON,
	FLAG_TABLE,
	FLAG_OPEN,
	FLAG_BATCH,
	FLAG_SUBJECT,
	FLAG_CLUSTER,
	FLAG_SINCE,
	FLAG_FOR,
	FLAG_DRY_RUN,
	FLAG_EVENTS,
	FLAG_GONE_AFTER,
	FLAG_FOLLOW,
	FLAG_AFTER,
	FLAG_MAX_AGE,
	FLAG_OLDER_THAN,
	FLAG_END,
};

static const struct option longs[] = {
	{"db", required_argument, NULL, FLAG_DB},
	{"json", no_argument, NULL, FLAG_JSON},
	{"ndjson", no_argument, NULL, FLAG_NDJSON},
	{"table", no_argument, NULL, FLAG_TABLE},
	{"status", required_argument, NULL, 's'},
	{"open", no_argument, NULL, FLAG_OPEN},
	{"batch", required_argument, NULL, FLAG_BATCH},
	{"subject", required_argument, NULL, FLAG_SUBJECT},
	{"cluster", required_argument, NULL, FLAG_CLUSTER},
	{"since", required_argument, NULL, FLAG_SINCE},
	{"for", required_argument, NULL, FLAG_FOR},
	{"dry-run", no_argument, NULL, FLAG_DRY_RUN},
	{"events", no_argument, NULL, FLAG_EVENTS},
	{"gone-after", required_argument, NULL, FLAG_GONE_AFTER},
	{"follow", no_argument, NULL, FLAG_FOLLOW},
	{"after", required_argument, NULL, FLAG_AFTER},
	{"max-age", required_argument, NULL, FLAG_MAX_AGE},
	{"older-than", required_argument, NULL, FLAG_OLDER_THAN},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

/* Which flags a command takes, as bits; -s is a flag of its own here. */
#define BIT(flag) (1u << (-FLAG_DB + (flag)))
#define BIT_STATUS BIT(FLAG_END)
#define BITS_OUTPUT (BIT(FLAG_JSON) | BIT(FLAG_NDJSON) | BIT(FLAG_TABLE))
#define BITS_BATCH (BIT(FLAG_BATCH) | BIT(FLAG_SUBJECT) | BIT(FLAG_CLUSTER))

static const struct {
	const char *name;
	unsigned flags;
	int least, most; /* operands; -1: any number */
} commands[TICKET_COMMANDS] = {
	[TICKET_INGEST] = {"ingest", BIT(FLAG_DRY_RUN) | BIT(FLAG_EVENTS) | BIT(FLAG_GONE_AFTER), 0,
		0},
	[TICKET_LIST] = {"list",
		BITS_OUTPUT | BITS_BATCH | BIT_STATUS | BIT(FLAG_OPEN) | BIT(FLAG_SINCE), 0, 0},
	[TICKET_SHOW] = {"show", BITS_OUTPUT | BITS_BATCH, 0, 1},
	[TICKET_ACK] = {"ack", BITS_BATCH, 0, -1},
	[TICKET_DIAGNOSE] = {"diagnose", BITS_BATCH, 0, -1},
	[TICKET_RESOLVE] = {"resolve", BITS_BATCH, 0, -1},
	[TICKET_HOLD] = {"hold", BITS_BATCH | BIT(FLAG_FOR), 0, -1},
	[TICKET_UNHOLD] = {"unhold", BITS_BATCH, 0, -1},
	[TICKET_EVENTS] = {"events", BITS_OUTPUT | BIT(FLAG_FOLLOW) | BIT(FLAG_AFTER), 0, 1},
	[TICKET_STATUS_OF_CHECKS] = {"status", BITS_OUTPUT | BIT(FLAG_MAX_AGE), 0, 0},
	[TICKET_PRUNE] = {"prune", BIT(FLAG_OLDER_THAN), 0, 0},
};

struct parse {
	struct ticket_options *o;
	unsigned flags; /* those given, as bits */
	bool help;
	bool version;
};

static int
take_duration(const char *flag, const char *text, int64_t *out)
{
	if (duration_parse(text, strlen(text), out) == 0)
		return 0;
	(void)cli_usage("%s: %s is not a duration, such as 90s or 2h", flag, text);
	return -1;
}

/* A time, a date, or how long ago. */
static int
take_since(const char *text, int64_t *out)
{
	char midnight[32];
	size_t len = strlen(text);
	int64_t ago_ms;

	if (timestamp_parse(text, len, out) == 0)
		return 0;
	if (len == 10) {
		memcpy(midnight, text, 10);
		memcpy(midnight + 10, "T00:00:00Z", 11);
		if (timestamp_parse(midnight, 20, out) == 0)
			return 0;
	}
	if (duration_parse(text, len, &ago_ms)) {
		(void)cli_usage("--since: %s is neither a time, such as 2026-01-24T23:08:17Z, nor"
				" how long ago, such as 2h",
			text);
		return -1;
	}
	*out = clock_wall_ms() > ago_ms ? clock_wall_ms() - ago_ms : 0;
	return 0;
}

static int
take_event(const char *text, int64_t *out)
{
	uint64_t id;

	if (number_u64(text, strlen(text), INT64_MAX, &id)) {
		(void)cli_usage("--after: %s is not the id of an event", text);
		return -1;
	}
	*out = (int64_t)id;
	return 0;
}

static int
take_status(const char *text, const char **out)
{
	static const char *const statuses[] = {"open", "acknowledged", "diagnosed", "resolved"};

	for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
		if (strcmp(text, statuses[i]) == 0) {
			*out = statuses[i];
			return 0;
		}
	}
	(void)cli_usage("-s: %s is not a status: open, acknowledged, diagnosed or resolved", text);
	return -1;
}

static int
take_output(struct ticket_options *o, enum ticket_output output)
{
	if (o->output != OUTPUT_AUTO && o->output != output) {
		(void)cli_usage("--json, --ndjson and --table exclude each other");
		return -1;
	}
	o->output = output;
	return 0;
}

static int
take_flag(struct ticket_options *o, int flag)
{
	switch (flag) {
	case FLAG_DB:
		o->file = optarg;
		return *optarg ? 0 : (cli_usage("--db: a file is needed"), -1);
	case FLAG_JSON:
		return take_output(o, OUTPUT_JSON);
	case FLAG_NDJSON:
		return take_output(o, OUTPUT_NDJSON);
	case FLAG_TABLE:
		return take_output(o, OUTPUT_TABLE);
	case 's':
		return take_status(optarg, &o->status);
	case FLAG_BATCH:
		o->batch = optarg;
		return 0;
	case FLAG_SUBJECT:
		o->subject = optarg;
		return 0;
	case FLAG_CLUSTER:
		o->cluster = optarg;
		return 0;
	case FLAG_SINCE:
		return take_since(optarg, &o->since_ms);
	case FLAG_FOR:
		return take_duration("--for", optarg, &o->hold_ms);
	case FLAG_GONE_AFTER:
		return take_duration("--gone-after", optarg, &o->gone_after_ms);
	case FLAG_MAX_AGE:
		return take_duration("--max-age", optarg, &o->max_age_ms);
	case FLAG_AFTER:
		return take_event(optarg, &o->after);
	case FLAG_OLDER_THAN:
		return take_duration("--older-than", optarg, &o->older_than_ms);
	default:
		o->unresolved |= flag == FLAG_OPEN;
		o->dry_run |= flag == FLAG_DRY_RUN;
		o->events |= flag == FLAG_EVENTS;
		o->follow |= flag == FLAG_FOLLOW;
		return 0;
	}
}

/* All flags up to the next operand. */
static int
take_flags(struct parse *p, int argc, char **argv)
{
	int flag;

	while ((flag = cli_option(argc, argv, "+:s:hV", longs)) != -1) {
		if (flag == '?')
			return -1;
		if (flag == 'h')
			p->help = true;
		else if (flag == 'V')
			p->version = true;
		else if (take_flag(p->o, flag))
			return -1;
		if (flag != 'h' && flag != 'V')
			p->flags |= flag == 's' ? BIT_STATUS : BIT(flag);
	}
	return 0;
}

static int
find_command(const char *name, enum ticket_command *command)
{
	const char *names[TICKET_COMMANDS];
	const char *like;

	for (int i = 0; i < TICKET_COMMANDS; i++) {
		names[i] = commands[i].name;
		if (strcmp(name, names[i]) == 0) {
			*command = (enum ticket_command)i;
			return 0;
		}
	}
	like = suggest(name, names, TICKET_COMMANDS);
	(void)cli_usage("%s: there is no such command%s%s%s", name, like ? "; did you mean " : "",
		like ? like : "", like ? "?" : "");
	return -1;
}

static const char *
flag_name(unsigned bit)
{
	for (const struct option *l = longs; l->name; l++)
		if ((l->val == 's' ? BIT_STATUS : l->val >= FLAG_DB ? BIT(l->val) : 0) == bit)
			return l->name;
	return "";
}

/* Does the command take what was given? */
static int
check(const struct parse *p)
{
	const struct ticket_options *o = p->o;
	const char *name = commands[o->command].name;
	unsigned alien = p->flags & ~(commands[o->command].flags | BIT(FLAG_DB));
	int most = commands[o->command].most;
	bool wants_ids = o->command >= TICKET_SHOW && o->command <= TICKET_UNHOLD;
	int files = o->command == TICKET_DIAGNOSE; /* an operand that is no id */

	if (alien)
		return cli_usage("%s: it takes no --%s", name, flag_name(alien & -alien));
	if (most >= 0 && o->operand_count > most)
		return cli_usage("%s: %s: unexpected", name, o->operands[most]);
	if (wants_ids && !o->batch && !o->operand_count)
		return cli_usage("%s: the id of a ticket, or --batch, is needed", name);
	if (wants_ids && o->batch && o->operand_count > files)
		return cli_usage("%s: either ids or --batch, not both", name);
	if (wants_ids && !o->batch && (o->cluster || o->subject))
		return cli_usage("%s: --cluster and --subject go with --batch", name);
	if (o->command == TICKET_PRUNE && o->older_than_ms < 0)
		return cli_usage("%s: --older-than is needed, such as --older-than 90d", name);
	return 0;
}

/* Flags and operands may come in any order; all behind "--" are operands. */
static int
take_all(struct parse *p, int argc, char **argv)
{
	struct ticket_options *o = p->o;
	bool only_operands = false;
	int before;

	o->operands = mem_zero((size_t)argc + 1, sizeof *o->operands);
	for (optind = 1; optind < argc;) {
		before = optind;
		if (!only_operands && take_flags(p, argc, argv))
			return -1;
		only_operands |= optind > before && strcmp(argv[optind - 1], "--") == 0;
		if (optind < argc)
			o->operands[o->operand_count++] = argv[optind++];
	}
	return 0;
}

enum ticket_parsed
ticket_options_parse(struct ticket_options *o, int argc, char **argv, const char **help)
{
	struct parse p = {.o = o};

	*o = (struct ticket_options){
		.since_ms = TIMESTAMP_NEVER,
		.hold_ms = -1,
		.gone_after_ms = RULES_GONE_AFTER_MS,
		.max_age_ms = 90000,
		.older_than_ms = -1,
	};
	if (take_all(&p, argc, argv))
		return PARSED_BAD;
	*help = ticket_help;
	if (p.version)
		return PARSED_VERSION;
	if (!o->operand_count) {
		if (!p.help)
			(void)cli_usage("a command is needed");
		return p.help ? PARSED_HELP : PARSED_BAD;
	}
	if (find_command(o->operands[0], &o->command))
		return PARSED_BAD;
	*help = ticket_command_help[o->command];
	if (p.help)
		return PARSED_HELP;
	o->operand_count--;
	memmove(o->operands, o->operands + 1, (size_t)o->operand_count * sizeof *o->operands);
	return check(&p) ? PARSED_BAD : PARSED_RUN;
}
