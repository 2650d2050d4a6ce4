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
#include "base/span.h"
#include "check/case_run.h"
#include "check/eval.h"
#include "check/lint.h"
#include "check/list.h"
#include "check/pack.h"
#include "check/require.h"
#include "stream/cycle_read.h"
#include "stream/cycle_write.h"
#include "stream/subject.h"

static const char help[] =
	"usage: op-check [-s SUBJECT] [--set INVARIANT.PARAM=VALUE]... [--only NAME]...\n"
	"                [--skip NAME]... [-e] [--require NAME]...\n"
	"                                              cycles of observations in, of verdicts out\n"
	"       op-check [-s SUBJECT] [...] --explain NAME[:ID]    why a verdict is what it is\n"
	"       op-check [-s SUBJECT] [...] --list    the invariants and their parameters\n"
	"       op-check [-s SUBJECT] [...] -n        check the subject's files, evaluate nothing\n"
	"       op-check test [--all] DIR             run the cases beside DIR's invariants\n"
	"       op-check -V | -h\n"
	"\n"
	"  -s SUBJECT      the invariants of this subject; else those that the stream names\n"
	"  --set I.P=V     a parameter of an invariant, or its severity, grace or flap\n"
	"  --only NAME     this invariant and no other; may be repeated\n"
	"  --skip NAME     not this invariant; may be repeated\n"
	"  -e              exit 1 if there was a violation\n"
	"  --require NAME  exit 1 unless this invariant is known to hold in every cycle; may be\n"
	"                  repeated; all: every invariant that is evaluated\n"
	"  --explain N:ID  write what the verdict of a store read instead of verdicts; of all\n"
	"                  stores without an ID\n"
	"  --all           with test: an invariant without cases is a failure\n"
	"  -V              versions, and which parts of the lockdown work here\n"
	"\n"
	"    op-scrape | op-check | op-ticket ingest\n"
	"    op-scrape | op-check --require store_down >/dev/null && restart-next-store\n"
	"\n"
	"Subjects are found in the folders of OP_SUBJECTS, then in OP_SHARE/subjects.\n"
	"Exit: 0 done, 1 violations (-e) or not known to hold (--require), 64 usage, 65 bad or\n"
	"torn input, 74 write failed, 75 out of memory or time, 78 bad invariants.\n";

struct names {
	const char **list;
	size_t count, cap;
};

struct options {
	const char *subject;
	struct names set, only, skip, require;
	const char *explain;
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
	struct lint lint;
	struct eval *eval;
	struct require require;
	size_t explained; /* the invariant of --explain */
	struct span id;
};

static void
report(const struct fault *f, bool is_error, const char *excerpt)
{
	if (is_error)
		(void)cli_report(f); /* the status is known */
	else
		cli_say("warning: %s", f->text);
	if (excerpt)
		(void)fprintf(stderr, "%s\n", excerpt);
}

/* A run has one line for each error, and no excerpts. */
static void
report_line(const struct fault *f, bool is_error, const char *excerpt)
{
	(void)excerpt;
	report(f, is_error, NULL);
}

static void
warn_path(void *data, const char *text)
{
	(void)lint_warning(data, NULL, "%s", text); /* it is counted */
}

/* NAME or NAME:ID. */
static int
find_explained(struct checker *c, const char *arg, struct fault *f)
{
	struct span rest = span_of(arg), name = span_cut(&rest, ':');

	c->id = rest;
	for (c->explained = 0; c->explained < c->pack.count; c->explained++)
		if (span_is(name, c->pack.invariants[c->explained].name))
			return 0;
	(void)pack_no_invariant(&c->pack, name, f);
	f->status = STATUS_USAGE;
	return fault_within(f, "--explain %s", arg);
}

/* -1 with a fault; bad files are counted in the lint, and reported. */
static int
checker_open(struct checker *c, const char *subject, const struct options *o, struct fault *f)
{
	struct pack_choice choice = {.set = o->set.list,
		.set_count = o->set.count,
		.only = o->only.list,
		.only_count = o->only.count,
		.skip = o->skip.list,
		.skip_count = o->skip.count};

	*c = (struct checker){
		.lint = {.report = o->lint ? report : report_line, .strict = o->lint}};
	if (subject_find(&c->subject, subject, f))
		return -1;
	subject_check_path(warn_path, &c->lint);
	if (pack_load(&c->pack, &c->subject, &choice, &c->lint, f))
		return -1;
	c->eval = eval_open(&c->pack, &c->lint, f);
	if (!c->eval || require_open(&c->require, &c->pack, o->require.list, o->require.count, f))
		return -1;
	return o->explain && !c->lint.errors ? find_explained(c, o->explain, f) : 0;
}

static void
checker_close(struct checker *c)
{
	require_close(&c->require);
	eval_close(c->eval);
	pack_free(&c->pack);
	subject_free(&c->subject);
}

/* A stream that is being checked. */
struct run {
	const struct options *options;
	struct checker checker;
	struct cycle_read *in;
	FILE *cycle; /* the output of one cycle, in memory: it is written whole or not at all */
	char *text;
	size_t len;
	struct cycle_write out;
	struct eval_count *counts;
	struct cycle_head head; /* of the cycle at hand; its texts belong to others */
	bool loaded;
	bool foreign; /* the cycle at hand is another subject's */
	bool any_foreign;
	bool violated;
};

/* Loads a subject, once, and gives up what is only needed for that. Returns a status. */
static int
load(struct run *r, const char *subject)
{
	struct lockdown lockdown;
	struct fault f;

	if (r->loaded)
		return STATUS_OK;
	if (checker_open(&r->checker, subject, r->options, &f))
		return cli_report(&f);
	if (r->checker.lint.errors)
		return STATUS_CONFIG;
	r->counts = mem_zero(r->checker.pack.count, sizeof *r->counts);
	lockdown_enter(&lockdown); /* as far as it goes: -V shows how far */
	r->loaded = true;
	return STATUS_OK;
}

/* A begin without a subject is of the one that -s names. Returns a status. */
static int
begin(struct run *r)
{
	int status;

	r->head = *cycle_read_head(r->in);
	status = load(r, r->head.subject);
	if (status)
		return status;
	r->foreign = strcmp(r->head.subject, r->checker.subject.name) != 0 &&
		     (r->head.subject_given || !r->options->subject);
	if (r->foreign) {
		r->any_foreign = true;
		cli_say("line %zu: a cycle of subject %s, this checks %s: discarded",
			cycle_read_line_number(r->in), r->head.subject, r->checker.subject.name);
	}
	r->head.subject = r->checker.subject.name;
	eval_clear(r->checker.eval);
	return STATUS_OK;
}

static void
take_record(struct run *r)
{
	struct json_text kind;
	struct span line;
	struct fault f;

	if (r->foreign)
		return;
	line.at = cycle_read_line(r->in, &line.len);
	cycle_read_kind(r->in, &kind);
	if (eval_add(r->checker.eval, &kind, line, &f))
		cycle_read_reject(r->in, f.text);
}

static void
say_unmet(void *data, const char *text)
{
	(void)data;
	cli_say("%s", text);
}

/* Evaluates the cycle and writes what comes of it. Returns a status. */
static int
evaluate(struct run *r)
{
	struct checker *c = &r->checker;
	struct fault f;
	int result;

	if (r->foreign)
		return STATUS_OK;
	rewind(r->cycle);
	if (r->options->explain)
		result = eval_explain(c->eval, c->explained, c->id, &r->head, r->cycle, &f);
	else
		result = eval_run(c->eval, &r->head, &r->out, r->counts, &f);
	if (result)
		return cli_report(&f);
	if (fflush(r->cycle) || ferror(r->cycle))
		mem_exhausted();
	(void)fwrite(r->text, 1, r->len, stdout); /* cli_finish() looks at it */
	(void)fflush(stdout);			  /* the next stage need not wait */
	for (size_t i = 0; i < c->pack.count; i++)
		r->violated |= r->counts[i].violated > 0;
	require_take(&c->require, r->counts, say_unmet, NULL);
	return ferror(stdout) ? STATUS_IO : STATUS_OK;
}

/*
 * What the input as a whole comes to. Flags and files are checked without a stream, too; what is
 * left of a torn one may have lost its subject.
 */
static int
finish(struct run *r)
{
	bool require = r->options->require.count > 0, reported;
	struct fault f;
	int status = cycle_read_torn(r->in) ? STATUS_OK : load(r, "tikv");

	if (status)
		return status;
	if (cycle_read_finish(r->in, &reported, &f))
		status = reported ? f.status : cli_report(&f);
	if (!status && r->any_foreign)
		status = STATUS_DATA;
	if (require && !(r->loaded && require_met(&r->checker.require)))
		return STATUS_NO;
	if (!status && r->options->exit_code && r->violated)
		return STATUS_NO;
	return status;
}

static int
run_cycles(struct run *r)
{
	struct fault f;
	int status = STATUS_OK;

	while (!status) {
		switch (cycle_read_next(r->in, &f)) {
		case CYCLE_FAILED:
			return cli_report(&f);
		case CYCLE_EOF:
			return finish(r);
		case CYCLE_BEGIN:
			status = begin(r);
			break;
		case CYCLE_RECORD:
			take_record(r);
			break;
		case CYCLE_END:
			status = evaluate(r);
			break;
		case CYCLE_TORN:
			cli_say("%s", f.text);
			break;
		}
	}
	return status;
}

static int
check_stream(const struct options *o)
{
	struct run r = {.options = o};
	int status = STATUS_OK;

	if (isatty(STDIN_FILENO))
		return cli_usage("reads cycles from a pipe or a file: op-scrape | op-check");
	r.cycle = open_memstream(&r.text, &r.len);
	if (!r.cycle)
		mem_exhausted();
	r.in = cycle_read_open(STDIN_FILENO, CYCLE_OBSERVATIONS);
	cycle_write_init(&r.out, r.cycle);
	if (o->subject)
		status = load(&r, o->subject);
	if (!status)
		status = run_cycles(&r);
	cycle_write_free(&r.out);
	(void)fclose(r.cycle); /* it is in memory */
	free(r.text);
	free(r.counts);
	cycle_read_close(r.in);
	checker_close(&r.checker);
	return status;
}

/* --list and -n. */
static int
show_files(const struct options *o)
{
	struct checker c;
	struct fault f;
	int status = STATUS_OK;

	if (checker_open(&c, o->subject ? o->subject : "tikv", o, &f))
		status = cli_report(&f);
	else if (c.lint.errors)
		status = STATUS_CONFIG;
	else if (o->list && list_write(&c.pack, c.eval, isatty(STDOUT_FILENO), stdout, &f))
		status = cli_report(&f);
	else if (!o->list)
		printf("%zu invariants are good\n", c.pack.count);
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
add(struct names *n, const char *text)
{
	n->list = mem_grow(n->list, n->count, &n->cap, sizeof *n->list);
	n->list[n->count++] = text;
}

enum { OPT_SET = 256, OPT_ONLY, OPT_SKIP, OPT_LIST, OPT_ALL, OPT_REQUIRE, OPT_EXPLAIN };

static int
parse(int argc, char **argv, struct options *o)
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
			add(&o->set, optarg);
			break;
		case OPT_ONLY:
			add(&o->only, optarg);
			break;
		case OPT_SKIP:
			add(&o->skip, optarg);
			break;
		case OPT_REQUIRE:
			add(&o->require, optarg);
			break;
		case OPT_EXPLAIN:
			o->explain = optarg;
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
	if (o->explain && o->require.count)
		return cli_usage("--explain and --require exclude each other");
	if (o->list || o->lint)
		return show_files(o);
	return check_stream(o);
}

int
main(int argc, char **argv)
{
	struct options o = {0};
	int status;

	cli_start();
	status = run(argc, argv, &o);
	free(o.set.list);
	free(o.only.list);
	free(o.skip.list);
	free(o.require.list);
	return cli_finish(status);
}
