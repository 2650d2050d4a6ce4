/* SPDX-License-Identifier: ISC */
#include "check/eval.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/invariant.h"
#include "check/observations.h"
#include "check/pack.h"
#include "check/query.h"
#include "check/record_json.h"
#include "check/sandbox.h"
#include "check/verdict_set.h"
#include "check/verdict_write.h"
#include "stream/cycle_read.h"
#include "stream/cycle_write.h"

enum {
	REASON_MAX = 1024,
	NO_TRUTH = -1,
	NOTED = -2, /* less the number of a note */
};

struct eval {
	struct pack *pack;
	struct sandbox sandbox;
	struct vtab vtab;
	struct verdict_set *verdicts;
	struct record_json *snapshot;
	struct query *checks; /* as in the pack */
	const struct query *running;
	char error[256]; /* why the check at hand is not evaluated */
};

/* A value as JSON. Blobs and U+0000 are nothing that JSON here can hold. */
static const char *
put_value(struct json_write *w, sqlite3_value *value, bool as_text)
{
	const char *text;
	size_t len;

	switch (as_text && sqlite3_value_type(value) != SQLITE_NULL ? SQLITE_TEXT
								    : sqlite3_value_type(value)) {
	case SQLITE_NULL:
		json_write_null(w);
		return NULL;
	case SQLITE_INTEGER:
		json_write_i64(w, sqlite3_value_int64(value));
		return NULL;
	case SQLITE_FLOAT:
		json_write_double(w, sqlite3_value_double(value));
		return NULL;
	case SQLITE_TEXT:
		text = (const char *)sqlite3_value_text(value);
		len = (size_t)sqlite3_value_bytes(value);
		if (!text || memchr(text, '\0', len))
			return "a text holds U+0000";
		json_write_string_n(w, text, len);
		return NULL;
	default:
		return "a column is a blob";
	}
}

/*
 * The query that query_open() prepares calls three functions of ours.
 * op_truth(violated) is NULL for a violation and for unknown, else what
 * op_verdict() takes: 0 for ok, -1 for what is no truth value.
 * op_note(reason) keeps why something is unknown; NOTED less its number is
 * what op_verdict() takes. op_details(severity, message, column...) keeps
 * what a violation has to say and returns its number.
 * op_verdict(store_id, op_truth or op_note or op_details) takes a row; as an
 * aggregate it sees all of them in one step.
 */
static void
truth(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	bool violated = false;

	(void)argc;
	switch (sqlite3_value_type(argv[0])) {
	case SQLITE_INTEGER:
		violated = sqlite3_value_int64(argv[0]) != 0;
		break;
	case SQLITE_FLOAT:
		violated = sqlite3_value_double(argv[0]) != 0;
		break;
	case SQLITE_NULL:
		return;
	default:
		sqlite3_result_int(context, NO_TRUTH);
		return;
	}
	if (!violated)
		sqlite3_result_int(context, 0);
}

/* The row's severity, NULL for the header's; one that was set is the most that it can be. */
static const char *
put_severity(struct json_write *w, const struct invariant *v, sqlite3_value *value)
{
	enum severity severity = v->severity, own;

	if (sqlite3_value_type(value) != SQLITE_NULL) {
		own = SEVERITY_NONE;
		if (sqlite3_value_type(value) == SQLITE_TEXT)
			own = severity_find((const char *)sqlite3_value_blob(value),
				(size_t)sqlite3_value_bytes(value));
		if (own == SEVERITY_NONE)
			return "severity is none of info, warning, critical";
		if (!v->severity_set || own < severity)
			severity = own;
	}
	json_write_string(w, severity_word(severity));
	return NULL;
}

static void
details(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	struct eval *e = sqlite3_user_data(context);
	struct buf *values = verdict_set_values(e->verdicts);
	const char *why = NULL;
	uint32_t number;

	for (int i = 0; i < argc && !why; i++) {
		struct json_write w;

		json_write_init(&w, values);
		if (i == 0)
			why = put_severity(&w, e->running->invariant, argv[i]);
		else if (i == 1 && sqlite3_value_type(argv[i]) == SQLITE_NULL)
			json_write_string(&w, "violated");
		else
			why = put_value(&w, argv[i], i == 1);
		verdict_set_value(e->verdicts);
	}
	number = verdict_set_detail(e->verdicts);
	if (!why && !number)
		why = "a violation is longer than 512 KiB";
	if (why)
		sqlite3_result_error(context, why, -1);
	else
		sqlite3_result_int64(context, number);
}

static void
note(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	struct eval *e = sqlite3_user_data(context);
	struct json_write w;
	const char *why;
	uint32_t number;

	(void)argc;
	if (sqlite3_value_type(argv[0]) == SQLITE_NULL) {
		sqlite3_result_int(context, NOTED);
		return;
	}
	json_write_init(&w, verdict_set_values(e->verdicts));
	why = sqlite3_value_bytes(argv[0]) > REASON_MAX ? "a reason is longer than 1024 bytes"
							: put_value(&w, argv[0], true);
	verdict_set_value(e->verdicts);
	number = verdict_set_note(e->verdicts);
	if (!why && !number)
		why = "more than 32,768 different reasons";
	if (why)
		sqlite3_result_error(context, why, -1);
	else
		sqlite3_result_int64(context, NOTED - (int64_t)number);
}

static const char *
take_row(struct eval *e, sqlite3_value *id, int64_t what)
{
	enum verdict verdict = VERDICT_OK;
	const char *text = NULL;
	int type = sqlite3_value_type(id);

	if (what == NO_TRUTH)
		return "violated is neither a number nor NULL";
	if (type == SQLITE_BLOB)
		return "a store_id is a blob";
	if (type != SQLITE_NULL) {
		text = sqlite3_value_blob(id); /* of a text too, without a copy for a NUL */
		if (!text)
			text = "";
	}
	if (what)
		verdict = what > 0 ? VERDICT_VIOLATED : VERDICT_UNKNOWN;
	return verdict_set_add(e->verdicts, text, (size_t)sqlite3_value_bytes(id), verdict,
		(uint32_t)(what >= 0 ? what : NOTED - what));
}

static void
verdict_step(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	const char *why = take_row(
		sqlite3_user_data(context), argv[0], sqlite3_value_int64(argv[1]));

	(void)argc;
	if (why)
		sqlite3_result_error(context, why, -1);
}

static void
verdict_final(sqlite3_context *context)
{
	sqlite3_result_null(context);
}

static int
add_functions(struct eval *e, struct fault *f)
{
	sqlite3 *db = e->sandbox.db;

	if (sqlite3_create_function_v2(
		    db, "op_truth", 1, SQLITE_UTF8, e, truth, NULL, NULL, NULL) ||
		sqlite3_create_function_v2(
			db, "op_note", 1, SQLITE_UTF8, e, note, NULL, NULL, NULL) ||
		sqlite3_create_function_v2(
			db, "op_details", -1, SQLITE_UTF8, e, details, NULL, NULL, NULL) ||
		sqlite3_create_function_v2(db, "op_verdict", 2, SQLITE_UTF8, e, NULL, verdict_step,
			verdict_final, NULL))
		return fault_set(f, STATUS_TRY_AGAIN, "%s", sqlite3_errmsg(db));
	return 0;
}

static int
open_checks(struct eval *e, void (*report)(const struct fault *), struct fault *f)
{
	size_t bad = 0;

	for (size_t i = 0; i < e->pack->count; i++) {
		if (!query_open(&e->checks[i], &e->sandbox, &e->pack->invariants[i], f))
			continue;
		if (!report)
			return -1;
		report(f);
		bad++;
	}
	return bad ? fault_set(f, STATUS_CONFIG, "%s", "") : 0; /* all has been told */
}

struct eval *
eval_open(struct pack *pack, void (*report)(const struct fault *), struct fault *f)
{
	struct eval *e = mem_zero(1, sizeof *e);

	e->pack = pack;
	e->vtab.schema = &pack->schema;
	e->checks = mem_zero(pack->count, sizeof *e->checks);
	if (sandbox_open(&e->sandbox, &pack->schema, &e->vtab, f) ||
		vtab_register(e->sandbox.db, &e->vtab, f) || add_functions(e, f))
		goto bad;
	if (open_checks(e, report, f))
		goto bad;
	e->vtab.observations = observations_open(&pack->schema);
	e->verdicts = verdict_set_open(e->vtab.observations);
	e->snapshot = record_json_open(e->vtab.observations);
	return e;
bad:
	eval_close(e);
	return NULL;
}

void
eval_close(struct eval *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->pack->count; i++)
		query_close(&e->checks[i]);
	free(e->checks);
	sandbox_close(&e->sandbox);
	record_json_close(e->snapshot);
	verdict_set_close(e->verdicts);
	observations_close(e->vtab.observations);
	free(e);
}

const char *
eval_engine(void)
{
	return sqlite3_libversion();
}

void
eval_clear(struct eval *e)
{
	observations_clear(e->vtab.observations);
}

const char *
eval_add(struct eval *e, const struct json_text *kind, const char *line, size_t len)
{
	return observations_add(e->vtab.observations, kind, line, len);
}

bool
eval_reads(const struct eval *e, size_t invariant, size_t kind)
{
	return e->checks[invariant].reads[kind];
}

static const char *
run_error(struct eval *e, size_t observations)
{
	if (e->sandbox.ran_out)
		text_format(e->error, sizeof e->error, "ran past its limit of %lld steps",
			(long long)sandbox_steps(observations));
	else
		text_format(e->error, sizeof e->error, "%s", sqlite3_errmsg(e->sandbox.db));
	return e->error;
}

/* Runs the query to its end. NULL, or why the check is not evaluated. */
static const char *
run(struct eval *e, const struct query *c, const struct cycle_head *head)
{
	size_t observations = observations_count(e->vtab.observations);
	const char *why = NULL;

	e->running = c;
	verdict_set_start(e->verdicts, c->kind);
	if ((c->at_index &&
		    sqlite3_bind_double(c->stmt, c->at_index, (double)head->at_ms / 1000)) ||
		(c->cluster_index && sqlite3_bind_text(c->stmt, c->cluster_index, head->cluster, -1,
					     SQLITE_STATIC)))
		return run_error(e, observations);
	sandbox_run(&e->sandbox, observations);
	if (sqlite3_step(c->stmt) != SQLITE_ROW)
		why = run_error(e, observations);
	(void)sqlite3_reset(c->stmt); /* its error was the step's */
	return why ? why : verdict_set_finish(e->verdicts);
}

static const char *
incomplete(struct eval *e, const struct query *c)
{
	const char *why = NULL;

	for (size_t i = 0; i < e->pack->schema.count && !why; i++)
		if (c->reads[i])
			why = observations_incomplete(e->vtab.observations, i);
	return why;
}

static const char *
write_verdicts(struct eval *e, const struct query *c, struct cycle_write *out)
{
	struct verdict_write w = {.invariant = c->invariant,
		.kind = c->kind,
		.columns = (const char *const *)c->columns,
		.column_count = c->column_count,
		.snapshot = e->snapshot};

	return verdict_write_check(&w, e->verdicts, out);
}

size_t
eval_run(struct eval *e, const struct cycle_head *head, struct cycle_write *out)
{
	size_t violations = 0;

	sandbox_size(&e->sandbox, observations_count(e->vtab.observations));
	cycle_write_begin(out, CYCLE_VERDICTS, head);
	for (size_t i = 0; i < e->pack->count; i++) {
		const struct query *c = &e->checks[i];
		const char *why = incomplete(e, c);

		if (!why)
			why = run(e, c, head);
		if (!why)
			why = write_verdicts(e, c, out);
		if (why)
			verdict_write_incomplete(c->invariant, why, out);
		else
			violations += verdict_set_count(e->verdicts, VERDICT_VIOLATED);
	}
	cycle_write_end(out);
	return violations;
}
