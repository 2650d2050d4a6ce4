/* SPDX-License-Identifier: ISC */
#include "op-check/options.h"

#include <getopt.h>
#include <stdlib.h>

#include "base/cli.h"
#include "base/fault.h"
#include "base/mem.h"

static const char help[] =
	"usage: op-check [-s SUBJECT] [--set INVARIANT.PARAM=VALUE]... [--only NAME]...\n"
	"                [--skip NAME]... [-e] [--require NAME]...\n"
	"                                              evaluate observations, write verdicts\n"
	"       op-check [-s SUBJECT] [...] --explain NAME[:ID]    show how a verdict came about\n"
	"       op-check [-s SUBJECT] [...] --list    list the invariants and their parameters\n"
	"       op-check [-s SUBJECT] [...] -n        check the subject's files, evaluate nothing\n"
	"       op-check test [--all] DIR             run the cases beside DIR's invariants\n"
	"       op-check -V | -h\n"
	"\n"
	"  -s SUBJECT      the subject (default: the one that the stream names)\n"
	"  --set I.P=V     set a parameter of an invariant, or its severity, grace or flap\n"
	"  --only NAME     evaluate only this invariant; may be repeated\n"
	"  --skip NAME     do not evaluate this invariant; may be repeated\n"
	"  -e              exit 1 if there was a violation\n"
	"  --require NAME  exit 1 unless this invariant is known to hold in every cycle; may be\n"
	"                  repeated; \"all\" means every invariant that is evaluated\n"
	"  --explain N:ID  instead of verdicts, write what the verdict of store ID read;\n"
	"                  without ID, write that for all stores\n"
	"  --all           with test: an invariant without cases is a failure\n"
	"  -V              print versions, and which parts of the lockdown work here\n"
	"  -h              print this text\n"
	"\n"
	"    op-scrape | op-check | op-ticket ingest\n"
	"    op-scrape | op-check --require store_down >/dev/null && restart-next-store\n"
	"\n"
	"Subjects are found in the folders of OP_SUBJECTS, then in OP_SHARE/subjects.\n"
	"Exit: 0 done, 1 violations (-e) or not known to hold (--require), 64 usage, 65 bad or\n"
	"torn input, 74 input or output failed, 75 out of memory or time, 78 bad invariants.\n";

enum { OPT_SET = 256, OPT_ONLY, OPT_SKIP, OPT_LIST, OPT_ALL, OPT_REQUIRE, OPT_EXPLAIN };

const char *
options_help(void)
{
	return help;
}

/* The flag that may be repeated; NULL for any other. */
static struct names *
names_of(struct options *o, int option)
{
	switch (option) {
	case OPT_SET:
		return &o->set;
	case OPT_ONLY:
		return &o->only;
	case OPT_SKIP:
		return &o->skip;
	case OPT_REQUIRE:
		return &o->require;
	default:
		return NULL;
	}
}

/* The flag without a value; NULL for any other. */
static bool *
flag_of(struct options *o, int option)
{
	switch (option) {
	case 'e':
		return &o->exit_code;
	case 'n':
		return &o->lint;
	case 'V':
		return &o->version;
	case 'h':
		return &o->help;
	case OPT_LIST:
		return &o->list;
	case OPT_ALL:
		return &o->all;
	default:
		return NULL;
	}
}

static int
take(struct options *o, int option, const char *value)
{
	struct names *names = names_of(o, option);
	bool *flag = flag_of(o, option);

	if (names) {
		names->list = mem_grow(names->list, names->count, &names->cap, sizeof *names->list);
		names->list[names->count++] = value;
	} else if (flag) {
		*flag = true;
	} else if (option == 's') {
		o->subject = value;
	} else if (option == OPT_EXPLAIN) {
		o->explain = value;
	} else {
		return STATUS_USAGE;
	}
	return 0;
}

int
options_read(struct options *o, int argc, char **argv)
{
	static const struct option longs[] = {{"subject", required_argument, NULL, 's'},
		{"set", required_argument, NULL, OPT_SET},
		{"only", required_argument, NULL, OPT_ONLY},
		{"skip", required_argument, NULL, OPT_SKIP},
		{"require", required_argument, NULL, OPT_REQUIRE},
		{"explain", required_argument, NULL, OPT_EXPLAIN},
		{"list", no_argument, NULL, OPT_LIST}, {"all", no_argument, NULL, OPT_ALL},
		{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, 'V'}, {0}};
	int got;

	*o = (struct options){0};
	while ((got = cli_option(argc, argv, ":s:enVh", longs)) != -1)
		if (take(o, got, optarg))
			return STATUS_USAGE;
	if (o->explain && o->require.count)
		return cli_usage("--explain and --require exclude each other");
	return 0;
}

void
options_free(struct options *o)
{
	free(o->set.list);
	free(o->only.list);
	free(o->skip.list);
	free(o->require.list);
	*o = (struct options){0};
}
