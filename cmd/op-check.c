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
#include "base/out.h"
#include "base/span.h"
#include "base/suggest.h"
#include "check/case_run.h"
#include "check/eval.h"
#include "check/held_output.h"
#include "check/lint.h"
#include "check/list.h"
#include "check/pack.h"
#include "check/require.h"
#include "op-check/last_resort.h"
#include "op-check/options.h"
#include "stream/cycle_read.h"
#include "stream/cycle_write.h"
#include "stream/subject.h"

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
		(void)cli_report(f); /* the caller has the status */
	else
		cli_say("warning: %s", f->text);
	if (excerpt)
		out_format(stderr, "%s\n", excerpt);
}

/* A run prints one line per error, without excerpts. */
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
	pack_no_invariant(&c->pack, name, f);
	f->status = STATUS_USAGE;
	return fault_within(f, "--explain %s", arg);
}

/* -1 with a fault. Bad files are reported, and counted in the lint. */
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
	if (!c->eval || c->lint.errors)
		return c->eval ? 0 : -1;
	if (require_open(&c->require, &c->pack, o->require.list, o->require.count, f))
		return -1;
	return o->explain ? find_explained(c, o->explain, f) : 0;
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
	struct held_output held; /* one cycle, which is written whole or not at all */
	struct cycle_write out;
	struct eval_count *counts;
	struct cycle_head head; /* of the current cycle; its texts are not owned */
	bool loaded;
	bool foreign; /* the current cycle is another subject's */
	bool any_foreign;
	bool violated;
};

/* Loads a subject, once, and then enters the lockdown. Returns a status. */
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
	lockdown_enter(&lockdown); /* parts may not work here: -V reports them */
	last_resort_watch(r->checker.eval);
	r->loaded = true;
	return STATUS_OK;
}

/* A begin without a subject belongs to the one that -s names. Returns a status. */
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
		cycle_read_reject(r->in, &f);
}

static void
say_unmet(void *data, const char *text)
{
	(void)data;
	cli_say("%s", text);
}

/* Evaluates the cycle and writes the verdicts. Returns a status. */
static int
evaluate(struct run *r)
{
	struct checker *c = &r->checker;
	struct fault f;
	int result;

	if (r->foreign)
		return STATUS_OK;
	held_output_clear(&r->held);
	if (r->options->explain)
		result = eval_explain(c->eval, c->explained, c->id, &r->head, r->held.file, &f);
	else
		result = eval_run(c->eval, &r->head, &r->out, r->counts, &f);
	if (result)
		return cli_report(&f);
	held_output_write(&r->held, stdout);
	out_flush(stdout); /* so that the next stage need not wait */
	for (size_t i = 0; i < c->pack.count; i++)
		r->violated |= r->counts[i].violated > 0;
	require_take(&c->require, r->counts, say_unmet, NULL);
	return ferror(stdout) ? STATUS_IO : STATUS_OK;
}

/*
 * The status of the input as a whole. Flags and files are checked even without a cycle, but not
 * after a torn one, which may have lost its subject.
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
	held_output_open(&r.held);
	r.in = cycle_read_open(STDIN_FILENO, CYCLE_OBSERVATIONS);
	cycle_write_init(&r.out, r.held.file);
	if (o->subject)
		status = load(&r, o->subject);
	if (!status)
		status = run_cycles(&r);
	cycle_write_free(&r.out);
	held_output_close(&r.held);
	free(r.counts);
	cycle_read_close(r.in);
	last_resort_watch(NULL);
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

	if (checker_open(&c, o->subject ? o->subject : "tikv", o, &f) ||
		(!c.lint.errors && o->list &&
			list_write(&c.pack, c.eval, isatty(STDOUT_FILENO), stdout, &f)))
		status = cli_report(&f);
	else if (c.lint.errors)
		status = STATUS_CONFIG;
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

/* Enters the lockdown to find out which parts of it work. */
static void
print_version(void)
{
	struct lockdown l;

	lockdown_enter(&l);
	printf("op-check %s\nSQLite %s\n", OP_VERSION, eval_engine());
	lockdown_print(&l, stdout);
}

static int
unexpected(const char *word)
{
	static const char *const commands[] = {"test"};
	const char *like = suggest(word, commands, 1);

	if (like)
		return cli_usage("%s: there is no such command; did you mean %s?", word, like);
	return cli_usage("%s: unexpected argument", word);
}

static int
run(int argc, char **argv, struct options *o)
{
	int status = options_read(o, argc, argv);

	if (status)
		return status;
	if (o->help) {
		out_text(stdout, options_help());
		return STATUS_OK;
	}
	if (o->version) {
		print_version();
		return STATUS_OK;
	}
	if (optind < argc && !strcmp(argv[optind], "test"))
		return run_cases(argc, argv, o);
	if (optind < argc)
		return unexpected(argv[optind]);
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
	last_resort_start();
	status = run(argc, argv, &o);
	options_free(&o);
	return cli_finish(status);
}
