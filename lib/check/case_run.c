/* SPDX-License-Identifier: ISC */
#include "check/case_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "base/out.h"
#include "base/text.h"
#include "base/vis.h"
#include "check/case_file.h"
#include "check/case_verdicts.h"
#include "check/eval.h"
#include "check/invariant_read.h"
#include "check/lint.h"
#include "check/pack.h"
#include "stream/cycle_read.h"
#include "stream/cycle_write.h"
#include "stream/subject.h"

enum { FILE_MAX = 8 << 20, LINE_BYTES = 1 << 20, NAME_BYTES = 64 };

struct case_run {
	struct subject subject;
	struct pack pack;
	FILE *out;
	struct json_read *json;
	struct buf line;
	size_t count;
	size_t failed;
};

/* Writes a text in a form that is safe on a terminal. */
static void
put(struct case_run *t, const char *text)
{
	buf_clear(&t->line);
	vis_add(&t->line, text, strlen(text)); /* far below the ceiling */
	out_text(t->out, t->line.data);
}

static void
put_line(struct case_run *t, char mark, const struct case_line *l)
{
	static const char *const words[] = {"ok", "violated", "unknown", "incomplete"};

	bool severity = l->verdict == CASE_VIOLATED && l->severity != SEVERITY_NONE;

	out_format(
		t->out, "  %c %s", mark, severity ? severity_word(l->severity) : words[l->verdict]);
	if (l->verdict == CASE_UNKNOWN && l->text) {
		out_text(t->out, " (");
		put(t, l->text);
		out_char(t->out, ')');
	}
	if (l->verdict != CASE_INCOMPLETE) {
		out_char(t->out, ' ');
		put(t, l->id ? l->id : "-");
	}
	if (l->text && l->verdict != CASE_UNKNOWN) {
		out_char(t->out, ' ');
		put(t, l->text);
	}
	out_char(t->out, '\n');
}

static bool
same_id(const struct case_line *a, const struct case_line *b)
{
	if ((a->verdict == CASE_INCOMPLETE) != (b->verdict == CASE_INCOMPLETE))
		return false;
	return !a->id == !b->id && (!a->id || !strcmp(a->id, b->id));
}

static bool
meets(const struct case_line *expected, const struct case_line *got)
{
	const char *text = got->text ? got->text : "";

	if (expected->verdict != got->verdict)
		return false;
	if (expected->verdict == CASE_VIOLATED && expected->severity != SEVERITY_NONE &&
		expected->severity != got->severity)
		return false;
	return !expected->text || !strcmp(expected->text, text);
}

/* Matches expected and actual lines; true if none is left over. */
static bool
match(const struct case_block *c, struct case_lines *got)
{
	size_t met = 0;

	for (size_t i = 0; i < c->expected.count; i++) {
		for (size_t n = 0; n < got->count && !c->expected.list[i].met; n++) {
			if (got->list[n].met || !same_id(&c->expected.list[i], &got->list[n]) ||
				!meets(&c->expected.list[i], &got->list[n]))
				continue;
			c->expected.list[i].met = got->list[n].met = true;
			met++;
		}
	}
	return met == got->count && met == c->expected.count;
}

/* Prints what is left over: for each id the expected line, then the actual one. */
static void
put_difference(struct case_run *t, const struct case_block *c, struct case_lines *got)
{
	for (size_t i = 0; i < c->expected.count; i++) {
		if (c->expected.list[i].met)
			continue;
		put_line(t, '-', &c->expected.list[i]);
		for (size_t n = 0; n < got->count; n++) {
			if (got->list[n].met || !same_id(&c->expected.list[i], &got->list[n]))
				continue;
			if (c->expected.list[i].severity == SEVERITY_NONE)
				got->list[n].severity = SEVERITY_NONE; /* not compared */
			put_line(t, '+', &got->list[n]);
			got->list[n].met = true;
		}
	}
	for (size_t n = 0; n < got->count; n++)
		if (!got->list[n].met)
			put_line(t, '+', &got->list[n]);
}

static void
report(struct case_run *t, const struct invariant *v, const char *file, const struct case_block *c,
	struct case_lines *got)
{
	bool good = match(c, got);

	t->count++;
	t->failed += !good;
	out_format(t->out, "%sok %zu - %s: ", good ? "" : "not ", t->count, v->name);
	put(t, c->title ? c->title : "no title");
	if (!good) {
		out_text(t->out, " (");
		put(t, file);
		out_format(t->out, ":%zu)", c->line);
	}
	out_char(t->out, '\n');
	if (!good)
		put_difference(t, c, got);
}

/* Finds the kind of a record as the cycle reader would. */
static int
find_kind(struct json_read *j, const struct case_input *record, struct json_text *kind,
	struct fault *f)
{
	struct json_text key;
	int more;

	json_read_start(j, record->at, record->len);
	if (record->len > CYCLE_OBSERVATION_MAX)
		return fault_set(f, STATUS_DATA, "an observation is longer than 256 KiB");
	if (json_read_enter(j, JSON_OBJECT))
		goto bad;
	while ((more = json_read_member(j, &key)) > 0) {
		if (json_text_is(&key, "kind")) {
			if (json_read_string(j, kind))
				goto bad;
			return 0;
		}
		if (json_read_skip(j))
			goto bad;
	}
	if (!more)
		return fault_set(f, STATUS_DATA, "it has no kind");
bad:
	return fault_set(f, STATUS_DATA, "%s", json_read_error(j));
}

static int
feed(struct case_run *t, struct eval *e, const char *file, const struct case_block *c,
	struct fault *f)
{
	for (size_t i = 0; i < c->records.count; i++) {
		const struct case_input *record = &c->records.list[i];
		struct json_text kind;

		if (find_kind(t->json, record, &kind, f) ||
			eval_add(e, &kind, (struct span){record->at, record->len}, f))
			return fault_within(f, "%s:%zu", file, record->line);
	}
	return 0;
}

/* A fresh copy of the invariant, with the case's parameters. */
static int
prepare(struct invariant *copy, const struct invariant *v, const char *file,
	const struct case_block *c, struct fault *f)
{
	struct lint lint = {0};

	if (invariant_read(
		    copy, v->file, v->name, mem_copy_n(v->sql, v->sql_len), v->sql_len, &lint)) {
		*f = lint.first;
		invariant_free(copy);
		return -1;
	}
	for (size_t i = 0; i < c->sets.count; i++) {
		struct span value = {c->sets.list[i].at, c->sets.list[i].len};
		struct span key = span_cut(&value, '=');

		if (!(value.at ? invariant_set(copy, key, value, f)
			       : fault_set(f, STATUS_CONFIG, "set PARAM=VALUE is expected")))
			continue;
		invariant_free(copy);
		return fault_within(f, "%s:%zu", file, c->sets.list[i].line);
	}
	return 0;
}

/* Runs the cycle of the case. Sets *text to its verdicts, the caller's to free(). */
static int
run_cycle(struct eval *e, const struct case_run *t, const struct case_block *c, char **text,
	struct fault *f)
{
	char cluster[] = "default";
	struct cycle_head head = {
		.subject = t->subject.name, .cluster = cluster, .at_ms = c->at_ms};
	struct cycle_write out;
	struct eval_count count;
	size_t len = 0;
	FILE *memory = open_memstream(text, &len);
	int result;

	if (!memory)
		return fault_set(f, STATUS_TRY_AGAIN, "out of memory");
	cycle_write_init(&out, memory);
	result = eval_run(e, &head, &out, &count, f);
	cycle_write_free(&out);
	/* glibc's fclose() succeeds even if it could not resize the text */
	if ((fclose(memory) || !*text) && !result)
		result = fault_set(f, STATUS_TRY_AGAIN, "out of memory");
	return result;
}

/* Writes the verdicts of the case to *text, the caller's to free(). */
static int
evaluate(struct case_run *t, struct invariant *v, const char *file, const struct case_block *c,
	char **text, struct fault *f)
{
	struct pack pack = {.schema = t->pack.schema, .invariants = v, .count = 1};
	struct lint lint = {0};
	struct eval *e = eval_open(&pack, &lint, f);
	int result;

	*text = NULL;
	if (!e)
		return -1;
	if (lint.errors) {
		*f = lint.first;
		result = -1;
	} else {
		result = feed(t, e, file, c, f);
	}
	if (!result)
		result = run_cycle(e, t, c, text, f);
	eval_close(e);
	return result;
}

static int
run_case(struct case_run *t, const struct invariant *v, const char *file,
	const struct case_block *c, struct fault *f)
{
	struct case_lines got = {0};
	struct invariant copy;
	char *text = NULL;
	int result;

	if (prepare(&copy, v, file, c, f))
		return -1;
	result = evaluate(t, &copy, file, c, &text, f);
	if (!result) {
		case_verdicts_read(t->json, text, &got);
		report(t, v, file, c, &got);
	}
	case_lines_free(&got);
	free(text);
	invariant_free(&copy);
	return result;
}

static int
run_file(struct case_run *t, const struct invariant *v, bool all, struct fault *f)
{
	char name[NAME_BYTES + 32], *text;
	struct case_file file;
	struct buf path;
	size_t len;
	int result = 0;

	text_format(name, sizeof name, "invariants/%s.test", v->name);
	if (subject_read(&t->subject, 0, name, FILE_MAX, &text, &len, f))
		return -1;
	if (!text) {
		t->count += all;
		t->failed += all;
		if (all)
			out_format(t->out, "not ok %zu - %s: untested\n", t->count, v->name);
		else
			out_format(t->out, "# untested: %s\n", v->name);
		return 0;
	}
	buf_init(&path, LINE_BYTES);
	buf_printf(&path, "%s/%s", t->subject.dirs[0], name);
	result = case_file_parse(&file, path.data, text, len, f);
	for (size_t i = 0; !result && i < file.count; i++)
		result = run_case(t, v, path.data, &file.cases[i], f);
	if (!result || file.cases)
		case_file_free(&file);
	buf_free(&path);
	free(text);
	return result;
}

/* The folder comes first, then those of the subject whose kinds it may use. */
static int
find_subject(struct subject *s, const char *dir, struct fault *f)
{
	char *real = realpath(dir, NULL), **dirs;
	const char *name = real ? strrchr(real, '/') + 1 : "";
	struct fault none;
	struct stat st;

	*s = (struct subject){0};
	if (!real && errno == ENOMEM)
		mem_exhausted();
	if (!real || stat(real, &st) || !S_ISDIR(st.st_mode)) {
		free(real);
		return fault_set(f, STATUS_CONFIG, "%s: no such directory", dir);
	}
	if (subject_find(s, name, &none))
		if (subject_find(s, "tikv", &none))
			*s = (struct subject){.name = mem_copy("tikv")};
	dirs = mem_array(s->dir_count + 1, sizeof *dirs);
	dirs[0] = mem_copy(dir);
	for (size_t i = 0; i < s->dir_count; i++)
		dirs[i + 1] = s->dirs[i];
	free(s->dirs);
	s->dirs = dirs;
	s->dir_count++;
	free(real);
	return 0;
}

int
case_run_folder(const char *dir, bool all, FILE *out, size_t *failed, struct fault *f)
{
	struct case_run t = {.out = out};
	struct lint lint = {0};
	int result = find_subject(&t.subject, dir, f);

	if (!result)
		result = pack_load_folder(&t.pack, &t.subject, &lint, f);
	if (!result && lint.errors) {
		*f = lint.first;
		result = -1;
	}
	if (!result && !t.pack.count)
		result = fault_set(f, STATUS_CONFIG, "%s/invariants: there is no invariant", dir);
	t.json = json_read_open();
	buf_init(&t.line, LINE_BYTES);
	for (size_t i = 0; !result && i < t.pack.count; i++)
		result = run_file(&t, &t.pack.invariants[i], all, f);
	if (!result)
		out_format(out, "1..%zu\n", t.count);
	*failed = t.failed;
	buf_free(&t.line);
	json_read_close(t.json);
	pack_free(&t.pack);
	subject_free(&t.subject);
	return result;
}
