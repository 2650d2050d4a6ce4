/* SPDX-License-Identifier: ISC */
#include "op-ticket/command_line.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/out.h"
#include "base/span.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/time_spec.h"
#include "base/timestamp.h"
#include "stream/severity.h"
#include "ticket/ticket.h"
#include "ticket/ticket_options.h"

enum flag_kind {
	FLAG_BOOL,
	FLAG_TEXT,
	FLAG_DURATION,
	FLAG_COUNT,
	FLAG_CURSOR,
	FLAG_TIME,
	FLAG_WATCH,
	FLAG_STATUS,
	FLAG_SEVERITY,
	FLAG_OUTPUT, /* this and all below take no value */
	FLAG_HELP,
	FLAG_VERSION,
};

/* A flag: the value that it sets is at this offset of struct ticket_options. */
struct flag {
	const char *name;
	int letter;
	enum flag_kind kind;
	size_t offset; /* FLAG_OUTPUT: the enum ticket_output */
};

#define AT(member) offsetof(struct ticket_options, member)

static const struct flag flags[] = {
	{"db", 0, FLAG_TEXT, AT(db.name)},
	{"db-timeout", 0, FLAG_DURATION, AT(db.timeout_ms)},
	{"as", 0, FLAG_TEXT, AT(actor)},
	{"json", 0, FLAG_OUTPUT, OUTPUT_JSON},
	{"ndjson", 0, FLAG_OUTPUT, OUTPUT_NDJSON},
	{"csv", 0, FLAG_OUTPUT, OUTPUT_CSV},
	{"table", 0, FLAG_OUTPUT, OUTPUT_TABLE},
	{"status", 's', FLAG_STATUS, AT(statuses)},
	{"severity", 0, FLAG_SEVERITY, AT(severities)},
	{"open", 0, FLAG_BOOL, AT(unresolved)},
	{"pending", 0, FLAG_BOOL, AT(pending)},
	{"muted", 0, FLAG_BOOL, AT(muted)},
	{"unknown", 0, FLAG_BOOL, AT(unknown)},
	{"batch", 0, FLAG_TEXT, AT(batch)},
	{"subject", 0, FLAG_TEXT, AT(subject)},
	{"cluster", 0, FLAG_TEXT, AT(cluster)},
	{"invariant", 0, FLAG_TEXT, AT(invariant)},
	{"store", 'S', FLAG_TEXT, AT(store)},
	{"since", 0, FLAG_TIME, AT(since)},
	{"until", 0, FLAG_TIME, AT(until)},
	{"from", 0, FLAG_TIME, AT(from)},
	{"limit", 'n', FLAG_COUNT, AT(limit)},
	{"event", 0, FLAG_TEXT, AT(event)},
	{"after", 0, FLAG_CURSOR, AT(after)},
	{"cursor", 0, FLAG_BOOL, AT(cursor)},
	{"sort", 0, FLAG_TEXT, AT(sort)},
	{"watch", 'w', FLAG_WATCH, AT(watch_ms)},
	{"message", 'm', FLAG_TEXT, AT(message)},
	{"lease", 0, FLAG_TEXT, AT(lease)},
	{"for", 0, FLAG_DURATION, AT(for_ms)},
	{"gone-after", 0, FLAG_DURATION, AT(gone_after_ms)},
	{"max-age", 0, FLAG_DURATION, AT(max_age_ms)},
	{"max-unknown", 0, FLAG_DURATION, AT(max_unknown_ms)},
	{"older-than", 0, FLAG_DURATION, AT(older_than_ms)},
	{"all", 0, FLAG_BOOL, AT(all)},
	{"yes", 0, FLAG_BOOL, AT(yes)},
	{"strict", 0, FLAG_BOOL, AT(strict)},
	{"counts", 0, FLAG_BOOL, AT(counts)},
	{"dry-run", 0, FLAG_BOOL, AT(dry_run)},
	{"events", 0, FLAG_BOOL, AT(events)},
	{"follow", 'f', FLAG_BOOL, AT(follow)},
	{"quiet", 'q', FLAG_BOOL, AT(quiet)},
	{"log-time", 0, FLAG_BOOL, AT(log_time)},
	{"utc", 0, FLAG_BOOL, AT(utc)},
	{"no-pager", 0, FLAG_BOOL, AT(no_pager)},
	{"help", 'h', FLAG_HELP, 0},
	{"version", 'V', FLAG_VERSION, 0},
};

/* the first two are every command's */
enum { FLAGS = sizeof flags / sizeof flags[0], FLAGS_ANYWHERE = 2, VAL_FIRST = 256 };

struct parse {
	struct ticket_options *o;
	struct option longs[FLAGS + 1];
	char shorts[2 * FLAGS + 8];
	bool given[FLAGS];
	int64_t now_ms; /* set if a time was given */
	bool no_clock;	/* but there is no clock, which has been reported */
};

static int
take_duration(const char *flag, const char *text, int64_t *out)
{
	if (duration_parse(text, strlen(text), out) == 0)
		return 0;
	return cli_usage("--%s: %s is not a duration, such as 90s or 2h", flag, text);
}

/* Positions of words in a comma list, as bits. */
static int
take_words(
	const char *flag, const char *text, const char *const *words, size_t count, unsigned *bits)
{
	struct span rest = span_of(text);

	*bits = 0;
	while (rest.at) {
		struct span word = span_trim(span_cut(&rest, ','));
		size_t i = 0;

		while (i < count && !span_is(word, words[i]))
			i++;
		if (i == count)
			return cli_usage("--%s: %.*s: expected one or more of %s, %s, %s%s%s", flag,
				(int)word.len, word.at, words[0], words[1], words[2],
				count > 3 ? ", " : "", count > 3 ? words[3] : "");
		*bits |= 1u << i;
	}
	return 0;
}

static int
take_output(struct ticket_options *o, enum ticket_output output)
{
	if (o->output != OUTPUT_AUTO && o->output != output)
		return cli_usage("--json, --ndjson, --csv and --table exclude each other");
	o->output = output;
	return 0;
}

static int
take_count(const char *flag, const char *text, int64_t *out)
{
	uint64_t n;

	if (number_u64(text, strlen(text), INT64_MAX, &n))
		return cli_usage("--%s: %s is not a number", flag, text);
	*out = (int64_t)n;
	return 0;
}

static int
take_flag(struct ticket_options *o, const struct flag *flag)
{
	void *value = (char *)o + flag->offset;

	switch (flag->kind) {
	case FLAG_BOOL:
		*(bool *)value = true;
		return 0;
	case FLAG_TEXT:
		*(const char **)value = optarg;
		return *optarg ? 0 : cli_usage("--%s: must not be empty", flag->name);
	case FLAG_DURATION:
		return take_duration(flag->name, optarg, value);
	case FLAG_WATCH:
		*(int64_t *)value = 2000;
		if (!optarg)
			return 0;
		return take_duration(flag->name, optarg + (*optarg == '='), value); /* -w=1s */
	case FLAG_COUNT:
		return take_count(flag->name, optarg, value);
	case FLAG_CURSOR:
		if (ledger_cursor_parse(optarg, value) == 0)
			return 0;
		return cli_usage("--%s: %s is not a cursor", flag->name, optarg);
	case FLAG_TIME:
		((struct ticket_time *)value)->text = optarg;
		return 0;
	case FLAG_STATUS:
		return take_words(flag->name, optarg, ticket_statuses, TICKET_STATUSES, value);
	case FLAG_SEVERITY:
		return take_words(flag->name, optarg, severity_words, SEVERITIES, value);
	case FLAG_OUTPUT:
		return take_output(o, (enum ticket_output)flag->offset);
	case FLAG_HELP:
	case FLAG_VERSION:
		break;
	}
	return 0;
}

static void
list_flags(struct parse *p)
{
	size_t at = 0;

	p->shorts[at++] = '+';
	p->shorts[at++] = ':';
	for (size_t i = 0; i < FLAGS; i++) {
		enum flag_kind kind = flags[i].kind;
		bool none = kind == FLAG_BOOL || kind >= FLAG_OUTPUT;

		p->longs[i] = (struct option){flags[i].name,
			none		     ? no_argument
			: kind == FLAG_WATCH ? optional_argument
					     : required_argument,
			NULL, VAL_FIRST + (int)i};
		if (!flags[i].letter)
			continue;
		p->shorts[at++] = (char)flags[i].letter;
		for (int n = none ? 0 : kind == FLAG_WATCH ? 2 : 1; n > 0; n--)
			p->shorts[at++] = ':';
	}
}

static size_t
flag_index(int val)
{
	size_t i = 0;

	if (val >= VAL_FIRST)
		return (size_t)(val - VAL_FIRST);
	while (flags[i].letter != val)
		i++;
	return i;
}

/* All flags up to the next operand. */
static int
take_flags(struct parse *p, int argc, char **argv)
{
	int val;

	while ((val = cli_option(argc, argv, p->shorts, p->longs)) != -1) {
		size_t i;

		if (val == '?')
			return -1;
		i = flag_index(val);
		p->given[i] = true;
		if (take_flag(p->o, &flags[i]))
			return -1;
	}
	return 0;
}

/* Flags and operands may come in any order; all that follows "--" are operands. */
static int
take_all(struct parse *p, int argc, char **argv)
{
	struct ticket_options *o = p->o;
	bool only_operands = false;

	o->operands = mem_zero((size_t)argc + 1, sizeof *o->operands);
	optind = 1;
	for (int before = optind; optind < argc; before = optind) {
		if (!only_operands && take_flags(p, argc, argv))
			return -1;
		only_operands |= optind > before && strcmp(argv[optind - 1], "--") == 0;
		if (optind < argc)
			o->operands[o->operand_count++] = argv[optind++];
	}
	return 0;
}

static const struct ticket_command *
find_command(const struct ticket_command *commands, const char *name)
{
	const char *names[64] = {NULL};
	const char *like;
	size_t count = 0;

	for (; commands[count].name; count++) {
		names[count] = commands[count].name;
		if (strcmp(name, names[count]) == 0)
			return &commands[count];
	}
	like = suggest(name, names, count);
	cli_refuse("%s: there is no such command%s%s%s", name, like ? "; did you mean " : "",
		like ? like : "", like ? "?" : "");
	return NULL;
}

/* A time of day lies next to another time of the same window, if that leaves it past, or ahead. */
static int
take_time(const struct parse *p, const char *name, struct ticket_time *t,
	const struct ticket_time *other)
{
	struct time_spec spec = {.now_ms = p->now_ms, .utc = p->o->utc};

	spec.ahead = strstr(p->o->command->flags, " from ") != NULL;
	spec.day_end = t == &p->o->until;
	if (other && other->text && spec.ahead == (other->ms > p->now_ms))
		spec.near_ms = other->ms;
	if (!t->text || time_spec_parse(t->text, &spec, &t->ms) == 0)
		return 0;
	return cli_usage("--%s: %s: a time is expected, " TIME_SPEC_FORMS, name, t->text);
}

/* Reads times last: they depend on --utc, and on the command, since a mute's lie ahead. */
static int
take_times(struct parse *p)
{
	struct ticket_options *o = p->o;
	struct fault f;

	if (o->since.text || o->until.text || o->from.text)
		p->no_clock = clock_stamp_ms(&p->now_ms, &f) != 0;
	if (p->no_clock)
		return cli_report(&f);
	if (take_time(p, "from", &o->from, NULL) || take_time(p, "until", &o->until, &o->from) ||
		take_time(p, "since", &o->since, &o->until))
		return -1;
	if (o->since.text && o->until.text && o->since.ms > o->until.ms)
		return cli_usage("--since is after --until");
	return 0;
}

/* Checks that the command takes these flags and operands. */
static int
check(struct parse *p)
{
	const struct ticket_options *o = p->o;
	const struct ticket_command *c = o->command;
	char word[32];

	for (size_t i = FLAGS_ANYWHERE; i < FLAGS; i++) {
		if (!p->given[i])
			continue;
		text_format(word, sizeof word, " %s ", flags[i].name);
		if (!strstr(c->flags, word))
			return cli_usage("%s: there is no --%s here", c->name, flags[i].name);
	}
	if (c->most >= 0 && o->operand_count > c->most)
		return cli_usage("%s: %s: unexpected argument", c->name, o->operands[c->most]);
	if (c->needs && o->operand_count < c->most)
		return cli_usage("%s: %s expected", c->name, c->needs);
	return c->check && !c->check(o) ? -1 : take_times(p);
}

static void
print_help(const struct ticket_command *commands)
{
	out_text(stdout, "usage: op-ticket [--db FILE] COMMAND [ARG...]\n"
			 "\n"
			 "Keeps deduplicated tickets of the violations that op-check finds.\n"
			 "\n");
	for (; commands->name; commands++) {
		char usage[32];

		text_format(usage, sizeof usage, "%s %s", commands->name, commands->synopsis);
		out_format(stdout, "  %-18s %s\n", usage, commands->summary);
	}
	out_text(stdout,
		"\n"
		"  --db FILE          the database (default: $OP_DB, else "
		"~/.operator/tickets.db):\n"
		"                     an SQLite file, or postgresql://...\n"
		"  --db-timeout 20s   give up if a PostgreSQL takes longer (a file: 10s, for a "
		"lock)\n"
		"  -h, --help         print this text, or the help of a command\n"
		"  -V, --version      print the version\n"
		"\n"
		"An ID is 12 or TKT-12. Output is a table on a terminal and NDJSON in a pipe.\n"
		"A TIME is 2h, 1w, 02:00, yesterday, 2026-11-26, \"2026-11-26 02:00\".\n"
		"Exit status: 0 done, 1 the answer is no, 64 usage, 65 bad input or database,\n"
		"74 input or output failed, 75 try again, 77 permission, 78 configuration.\n");
}

static bool
given(const struct parse *p, enum flag_kind kind)
{
	for (size_t i = 0; i < FLAGS; i++)
		if (p->given[i] && flags[i].kind == kind)
			return true;
	return false;
}

/* Takes the command, its flags and its operands. */
static enum ticket_parsed
take_command(struct parse *p, const struct ticket_command *commands)
{
	struct ticket_options *o = p->o;

	if (given(p, FLAG_VERSION)) {
		out_format(stdout, "%s\n", "op-ticket " OP_VERSION);
		return PARSED_DONE;
	}
	if (!o->operand_count) {
		if (!given(p, FLAG_HELP)) {
			cli_refuse("a command is needed");
			return PARSED_BAD;
		}
		print_help(commands);
		return PARSED_DONE;
	}
	o->command = find_command(commands, o->operands[0]);
	if (!o->command)
		return PARSED_BAD;
	if (given(p, FLAG_HELP)) {
		out_format(stdout, "usage: op-ticket [--db FILE] %s%s", o->command->name,
			o->command->help);
		return PARSED_DONE;
	}
	o->operand_count--;
	memmove(o->operands, o->operands + 1, (size_t)o->operand_count * sizeof *o->operands);
	if (check(p))
		return p->no_clock ? PARSED_NO_CLOCK : PARSED_BAD;
	return PARSED_RUN;
}

enum ticket_parsed
ticket_options_parse(
	struct ticket_options *o, const struct ticket_command *commands, int argc, char **argv)
{
	struct parse p = {.o = o};
	const struct ticket_time none = {NULL, TIMESTAMP_NEVER};

	*o = (struct ticket_options){
		.since = none,
		.until = none,
		.from = none,
		.limit = -1,
		.watch_ms = -1,
		.for_ms = -1,
		.gone_after_ms = -1,
		.max_age_ms = -1,
		.max_unknown_ms = -1,
		.older_than_ms = -1,
		.db = {NULL, -1},
	};
	list_flags(&p);
	if (take_all(&p, argc, argv))
		return PARSED_BAD;
	return take_command(&p, commands);
}
