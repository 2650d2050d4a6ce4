/* SPDX-License-Identifier: ISC */
#include "check/eval.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/mem.h"
#include "base/span.h"
#include "check/explain.h"
#include "check/lint.h"
#include "check/observations.h"
#include "check/pack.h"
#include "check/query.h"
#include "check/record_json.h"
#include "check/sandbox.h"
#include "check/verdict_functions.h"
#include "check/verdict_set.h"
#include "check/verdict_walk.h"
#include "check/verdict_write.h"
#include "stream/cycle_read.h"
#include "stream/cycle_write.h"

struct eval {
	struct pack *pack;
	struct sandbox sandbox;
	struct vtab vtab;
	struct verdict_functions functions;
	struct verdict_set *verdicts;
	struct record_json *snapshot;
	struct query *queries; /* as in the pack */
	const char *volatile running;
};

struct eval *
eval_open(struct pack *pack, struct lint *l, struct fault *f)
{
	struct eval *e = mem_zero(1, sizeof *e);

	e->pack = pack;
	e->vtab.schema = &pack->schema;
	e->queries = mem_zero(pack->count, sizeof *e->queries);
	if (sandbox_open(&e->sandbox, &pack->schema, &e->vtab, f) ||
		vtab_register(e->sandbox.db, &e->vtab, f) ||
		verdict_functions_register(&e->functions, e->sandbox.db, f)) {
		eval_close(e);
		return NULL;
	}
	for (size_t i = 0; i < pack->count; i++)
		(void)query_open(
			&e->queries[i], &e->sandbox, &pack->invariants[i], l); /* l counts them */
	e->vtab.observations = observations_open(&pack->schema);
	e->verdicts = verdict_set_open(e->vtab.observations);
	e->functions.set = e->verdicts;
	e->functions.vtab = &e->vtab;
	e->snapshot = record_json_open(e->vtab.observations);
	return e;
}

void
eval_close(struct eval *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->pack->count; i++)
		query_close(&e->queries[i]);
	free(e->queries);
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

const char *
eval_running(const struct eval *e)
{
	return e->running;
}

void
eval_clear(struct eval *e)
{
	observations_clear(e->vtab.observations);
}

int
eval_add(struct eval *e, const struct json_text *kind, struct span line, struct fault *f)
{
	return observations_add(e->vtab.observations, kind, line, f);
}

bool
eval_reads(const struct eval *e, size_t invariant, size_t kind)
{
	return e->queries[invariant].reads[kind];
}

/* Runs the query to its end. -1 if the check is not evaluated. */
static int
run(struct eval *e, const struct query *q, const struct cycle_head *head, struct fault *f)
{
	size_t observations = observations_count(e->vtab.observations);
	int result = 0;

	verdict_functions_start(&e->functions, q);
	if (query_bind(q->stmt, q->invariant, head->at_ms, head->cluster, f))
		return -1;
	e->running = q->invariant->name;
	sandbox_run(&e->sandbox, observations);
	if (sqlite3_step(q->stmt) != SQLITE_ROW)
		result = sandbox_fault(&e->sandbox, observations, f);
	sandbox_stop();
	(void)sqlite3_reset(q->stmt); /* its error was the step's */
	if (result || verdict_set_finish(e->verdicts, f))
		return -1;
	return verdict_walk_list_notes(e->verdicts, f);
}

/* -1 if a kind that the query reads is incomplete; at length: also the error of its source. */
static int
check_kinds(const struct eval *e, const struct query *q, bool at_length, struct fault *f)
{
	for (size_t i = 0; i < e->pack->schema.count; i++) {
		const char *error;

		if (!q->reads[i] || !observations_complete(e->vtab.observations, i, f))
			continue;
		error = at_length ? observations_error(e->vtab.observations, i) : NULL;
		if (error)
			fault_put(f, STATUS_DATA, "kind %s is incomplete: %s",
				e->pack->schema.kinds[i].name, error);
		return -1;
	}
	return 0;
}

static int
write_verdicts(struct eval *e, const struct query *q, const struct cycle_head *head,
	struct cycle_write *out, struct fault *f)
{
	struct verdict_write w = {.invariant = q->invariant,
		.kind = q->kind,
		.columns = (const char *const *)q->columns,
		.column_count = q->column_count,
		.cluster = head->cluster,
		.at_ms = head->at_ms,
		.snapshot = e->snapshot};

	return verdict_write_check(&w, e->verdicts, out, f);
}

int
eval_run(struct eval *e, const struct cycle_head *head, struct cycle_write *out,
	struct eval_count *counts, struct fault *f)
{
	sandbox_size(&e->sandbox, observations_count(e->vtab.observations));
	cycle_write_begin(out, CYCLE_VERDICTS, head);
	for (size_t i = 0; i < e->pack->count; i++) {
		const struct query *q = &e->queries[i];
		bool complete = !check_kinds(e, q, false, f) && !run(e, q, head, f) &&
				!write_verdicts(e, q, head, out, f);

		counts[i] = (struct eval_count){.complete = complete};
		if (complete) {
			counts[i].ok = verdict_set_count(e->verdicts, VERDICT_OK);
			counts[i].violated = verdict_set_count(e->verdicts, VERDICT_VIOLATED);
			counts[i].unknown = verdict_set_count(e->verdicts, VERDICT_UNKNOWN);
		} else if (f->status == STATUS_TRY_AGAIN) {
			return fault_within(f, "%s", q->invariant->name);
		} else {
			verdict_write_incomplete(q->invariant, f, out);
		}
	}
	cycle_write_end(out);
	return 0;
}

int
eval_explain(struct eval *e, size_t invariant, struct span id, const struct cycle_head *head,
	FILE *out, struct fault *f)
{
	const struct query *q = &e->queries[invariant];
	struct explain x = {.query = q,
		.sandbox = &e->sandbox,
		.observations = observations_count(e->vtab.observations),
		.id = id,
		.cluster = head->cluster,
		.at_ms = head->at_ms,
		.out = out};

	sandbox_size(&e->sandbox, x.observations);
	explain_head(&x);
	if (!check_kinds(e, q, true, f) && !run(e, q, head, f) && !explain_rows(&x, f))
		return 0;
	if (f->status == STATUS_TRY_AGAIN)
		return fault_within(f, "%s", q->invariant->name);
	explain_incomplete(&x, f);
	return 0;
}
