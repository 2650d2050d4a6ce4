/* SPDX-License-Identifier: ISC */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/fault.h"
#include "base/json_read.h"
#include "base/lockdown.h"
#include "base/mem.h"
#include "check/case_run.h"
#include "check/eval.h"
#include "check/list.h"
#include "check/pack.h"
#include "stream/cycle_read.h"
#include "stream/cycle_write.h"
#include "stream/subject.h"

static const char help[] =
	"usage: op-check [-s SUBJECT] [--set INVARIANT.PARAM=VALUE]... [--only NAME]...\n"
	"                [--skip NAME]... [-e]        cycles of observations in, of verdicts out\n"
	"       op-check [-s SUBJECT] [...] --list    the invariants, their parameters and kinds\n"
	"       op-check [-s SUBJECT] [...] -n        only look whether all files are good\n"
	"       op-check test [--all] DIR             run the cases beside DIR's invariants\n"
	"       op-check -V | -h\n"
	"\n"
	"  -s SUBJECT    the invariants of this subject; else those that the stream names\n"
	"  --set I.P=V   a parameter of an invariant, or its severity, grace or flap\n"
	"  --only NAME   this invariant and no other; may be repeated\n"
	"  --skip NAME   not this invariant; may be repeated\n"
	"  -e            exit 1 if there was a violation\n"
	"  --all         with test: an invariant without cases is a failure\n"
	"  -V            versions, and what of the lockdown works here\n"
	"\n"
	"    op-scrape | op-check | op-ticket ingest\n"
	"    op-check <day.ndjson | jq 'select(.kind == \"violation\").message'\n"
	"\n"
	"Subjects are found in the folders of OP_SUBJECTS, then in OP_SHARE/subjects.\n"
	"Exit: 0 done, 1 violations (-e), 64 usage, 65 bad or torn input, 74 write failed,\n"
	"78 bad invariants.\n";

struct options {
	const char *subject;
	struct pack_choice choice;
	bool exit_code;
	bool list;
	bool lint;
	bool version;
	bool help;
	bool all;
};

/* What is loaded for a subject. */
struct checker {
	struct subject subject;
	struct pack pack;
	struct eval *eval;
};

static void
report(const struct fault *f)
{
	(void)cli_report(f);
}

static int
checker_open(struct checker *c, const char *subject, const struct options *o, struct fault *f)
{
	*c = (struct checker){0};
	if (subject_find(&c->subject, subject, f))
		return -1;
	if (pack_load(&c->pack, &c->subject, &o->choice, f))
		return -1;
	c->eval = eval_open(&c->pack, o->choice.report, f);
	return c->eval ? 0 : -1;
}

static void
checker_close(struct checker *c)
{
	eval_close(c->eval);
	pack_free(&c->pack);
	subject_free(&c->subject);
}

/* A stream that is being checked. */
struct run {
	const struct options *options;
	struct checker checker;
	struct cycle_read *in;
	struct cycle_write out;
	struct cycle_head head; /* of the cycle at hand; its texts belong to others */
	bool loaded;
	bool foreign; /* the cycle at hand is another subject's */
	bool any_foreign;
	size_t violations;
};

/* Loads a subject, once, and gives up what is only needed for that. */
static int
load(struct run *r, const char *subject, struct fault *f)
{
	struct lockdown lockdown;

	if (r->loaded)
		return 0;
	if (checker_open(&r->checker, subject, r->options, f))
		return -1;
	lockdown_enter(&lockdown); /* as far as it goes: -V shows how far */
	r->loaded = true;
	return 0;
}

/* A begin without a subject is of the one that -s names. */
static int
begin(struct run *r, struct fault *f)
{
	r->head = *cycle_read_head(r->in);
	if (load(r, r->head.subject, f))
		return -1;
	r->foreign = strcmp(r->head.subject, r->checker.subject.name) != 0 &&
		     (r->head.subject_given || !r->options->subject);
	if (r->foreign) {
		r->any_foreign = true;
		cli_say("line %zu: a cycle of subject %s, this checks %s: discarded",
			cycle_read_line_number(r->in), r->head.subject, r->checker.subject.name);
	}
	r->head.subject = r->checker.subject.name;
	eval_clear(r->checker.eval);
	return 0;
}

static void
take_record(struct run *r)
{
	struct json_text kind;
	const char *line, *why;
	size_t len;

	if (r->foreign)
		return;
	line = cycle_read_line(r->in, &len);
	cycle_read_kind(r->in, &kind);
	why = eval_add(r->checker.eval, &kind, line, len);
	if (why)
		cycle_read_reject(r->in, why);
}

/*
 * What the input as a whole comes to. Flags and files are looked at without a
 * stream, too; what is left of a torn one may have lost its subject.
 */
static int
finish(struct run *r, struct fault *f)
{
	bool reported;

	if (!cycle_read_torn(r->in) && load(r, "tikv", f))
		return cli_report(f);
	if (cycle_read_finish(r->in, &reported, f))
		return reported ? f->status : cli_report(f);
	return r->any_foreign ? STATUS_DATA : STATUS_OK;
}

static int
run_cycles(struct run *r)
{
	struct fault f;

	for (;;) {
		switch (cycle_read_next(r->in, &f)) {
		case CYCLE_FAILED:
			return cli_report(&f);
		case CYCLE_EOF:
			return finish(r, &f);
		case CYCLE_BEGIN:
			if (begin(r, &f))
				return cli_report(&f);
			break;
		case CYCLE_RECORD:
			take_record(r);
			break;
		case CYCLE_END:
			if (!r->foreign)
				r->violations += eval_run(r->checker.eval, &r->head, &r->out);
			if (ferror(stdout))
				return STATUS_IO; /* cli_finish() says why */
			break;
		case CYCLE_TORN:
			cli_say("%s", f.text);
			break;
		}
	}
}

static int
check_stream(const struct options *o)
{
	static char buffer[1 << 16]; /* of stdout, until the program ends */
	struct run r = {.options = o};
	struct fault f;
	int status;

	if (isatty(STDIN_FILENO))
		return cli_usage("reads cycles from a pipe or a file: op-scrape | op-check");
	(void)setvbuf(stdout, buffer, _IOFBF, sizeof buffer); /* else in smaller pieces */
	r.in = cycle_read_open(STDIN_FILENO, CYCLE_OBSERVATIONS);
	cycle_write_init(&r.out, stdout);
	if (o->subject && load(&r, o->subject, &f))
		status = cli_report(&f);
	else
		status = run_cycles(&r);
	if (status == STATUS_OK && o->exit_code && r.violations)
		status = STATUS_NO;
	cycle_write_free(&r.out);
	cycle_read_close(r.in);
	checker_close(&r.checker);
	return status;
}

/* --list and -n: the latter tells of all bad files, not only of the first. */
static int
look_at_files(struct options *o)
{
	struct checker c;
	struct fault f;
	int status = STATUS_OK;

	o->choice.report = o->list ? NULL : report;
	if (checker_open(&c, o->subject ? o->subject : "tikv", o, &f) ||
		(o->list && list_write(&c.pack, c.eval, isatty(STDOUT_FILENO), stdout, &f)))
		status = *f.text ? cli_report(&f) : f.status;
	else if (c.pack.bad)
		status = STATUS_CONFIG;
	checker_close(&c);
	return status;
}

/* op-check test [--all] DIR */
static int
run_cases(int argc, char **argv, const struct options *o)
{
	struct fault f;
	size_t failed;

	if (optind + 2 != argc)
		return cli_usage("test takes one folder");
	if (case_run_folder(argv[optind + 1], o->all, stdout, &failed, &f))
		return cli_report(&f);
	return failed ? STATUS_NO : STATUS_OK;
}

static void
add(const char ***list, size_t *count, const char *text)
{
	*list = mem_resize(*list, *count + 1, sizeof **list);
	(*list)[(*count)++] = text;
}

enum { OPT_SET = 256, OPT_ONLY, OPT_SKIP, OPT_LIST, OPT_ALL };

static int
parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {{"subject", required_argument, NULL, 's'},
		{"set", required_argument, NULL, OPT_SET},
		{"only", required_argument, NULL, OPT_ONLY},
		{"skip", required_argument, NULL, OPT_SKIP}, {"list", no_argument, NULL, OPT_LIST},
		{"all", no_argument, NULL, OPT_ALL}, {"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'}, {0}};
	int got;

	while ((got = cli_option(argc, argv, ":s:enVh", longs)) != -1) {
		switch (got) {
		case 's':
			o->subject = optarg;
			break;
		case 'e':
			o->exit_code = true;
			break;
		case 'n':
			o->lint = true;
			break;
		case 'V':
			o->version = true;
			break;
		case 'h':
			o->help = true;
			break;
		case OPT_SET:
			add(&o->choice.set, &o->choice.set_count, optarg);
			break;
		case OPT_ONLY:
			add(&o->choice.only, &o->choice.only_count, optarg);
			break;
		case OPT_SKIP:
			add(&o->choice.skip, &o->choice.skip_count, optarg);
			break;
		case OPT_LIST:
			o->list = true;
			break;
		case OPT_ALL:
			o->all = true;
			break;
		default:
			return STATUS_USAGE;
		}
	}
	return 0;
}

/* Enters the lockdown to see what of it works. */
static void
print_version(void)
{
	struct lockdown l;

	lockdown_enter(&l);
	printf("op-check %s\nSQLite %s\n", OP_VERSION, eval_engine());
	if (l.left_out)
		printf("lockdown: left out of this build\n");
	else
		printf("files: %s\nnetwork: %s\nother system calls: %s\n",
			l.landlock ? "locked (Landlock)" : "not locked (no Landlock here)",
			l.landlock >= 4 || l.seccomp ? "locked" : "not locked",
			l.seccomp ? "locked (seccomp)" : "not locked (no seccomp here)");
}

static int
run(int argc, char **argv, struct options *o)
{
	int status = parse(argc, argv, o);

	if (status)
		return status;
	if (o->help) {
		(void)fputs(help, stdout); /* cli_finish() looks at it */
		return STATUS_OK;
	}
	if (o->version) {
		print_version();
		return STATUS_OK;
	}
	if (optind < argc && !strcmp(argv[optind], "test"))
		return run_cases(argc, argv, o);
	if (optind < argc)
		return cli_usage("%s: unexpected argument", argv[optind]);
	if (o->list || o->lint)
		return look_at_files(o);
	return check_stream(o);
}

int
main(int argc, char **argv)
{
	struct options o = {0};
	int status;

	cli_start();
	status = run(argc, argv, &o);
	free(o.choice.set);
	free(o.choice.only);
	free(o.choice.skip);
	return cli_finish(status);
}
