/* SPDX-License-Identifier: ISC */
#include "eval.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cycle.h"
#include "engine.h"
#include "fault.h"
#include "json.h"
#include "jsonw.h"
#include "mem.h"
#include "observations.h"
#include "pack.h"
#include "verdicts.h"

enum { COLUMNS_MAX = 100 };

struct check {
	struct invariant *invariant;
	sqlite3_stmt *stmt;
	bool *reads;	/* by kind */
	int kind;	/* the first that it reads: that of its snapshots; -1 for none */
	char **columns; /* behind store_id, violated and message */
	size_t column_count;
	int at_index; /* of the parameters, 0 where it has none */
	int cluster_index;
};

struct eval {
	struct pack *pack;
	struct sandbox sandbox;
	struct vtab_view view;
	struct verdicts *verdicts;
	struct check *checks; /* as in the pack */
	char error[256];      /* why the check at hand is not evaluated */
};

/* A value as JSON. Blobs and U+0000 are nothing that JSON here can hold. */
static const char *
put_value(struct jsonw *w, sqlite3_value *value, bool as_text)
{
	const char *text;
	size_t len;

	switch (as_text && sqlite3_value_type(value) != SQLITE_NULL ? SQLITE_TEXT
								    : sqlite3_value_type(value)) {
	case SQLITE_NULL:
		jsonw_null(w);
		return NULL;
	case SQLITE_INTEGER:
		jsonw_i64(w, sqlite3_value_int64(value));
		return NULL;
	case SQLITE_FLOAT:
		jsonw_double(w, sqlite3_value_double(value));
		return NULL;
	case SQLITE_TEXT:
		text = (const char *)sqlite3_value_text(value);
		len = (size_t)sqlite3_value_bytes(value);
		if (!text || memchr(text, '\0', len))
			return "a text holds U+0000";
		jsonw_string_n(w, text, len);
		return NULL;
	default:
		return "a column is a blob";
	}
}

/*
 * op_details(message, column...) keeps what a violation has to say and
 * returns its number. It stands where the query's own text puts it, inside of
 * CASE WHEN violated, so it runs for violations alone.
 */
static void
details(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	struct eval *e = sqlite3_user_data(context);
	struct buf *values = verdicts_values(e->verdicts);
	const char *why = NULL;
	uint32_t number;

	for (int i = 0; i < argc && !why; i++) {
		struct jsonw w;

		jsonw_init(&w, values);
		if (i == 0 && sqlite3_value_type(argv[i]) == SQLITE_NULL)
			jsonw_string(&w, "violated");
		else
			why = put_value(&w, argv[i], i == 0);
		verdicts_value(e->verdicts);
	}
	number = verdicts_detail(e->verdicts);
	if (!why && !number)
		why = "a violation is longer than 512 KiB";
	if (why)
		sqlite3_result_error(context, why, -1);
	else
		sqlite3_result_int64(context, number);
}

/* Where in the text a fault lies: at SQLite's offset, at the word it is about, at the statement. */
static size_t
fault_line(const struct eval *e, const struct invariant *v, const char *message)
{
	const char *word = e->sandbox.word, *colon = strstr(message, "no such table: "), *found;
	int offset = sqlite3_error_offset(e->sandbox.db);
	const char *start = v->sql;

	if (offset >= 0)
		return invariant_line(v, (size_t)offset);
	while (start[0] == '\n' || start[0] == '\r' || (start[0] == '-' && start[1] == '-'))
		start += strcspn(start, "\n") + (start[strcspn(start, "\n")] == '\n');
	if (colon)
		word = colon + 15;
	found = *word ? strcasestr(start, word) : NULL;
	return invariant_line(v, (size_t)((found ? found : start) - v->sql));
}

static int
sql_fault(struct eval *e, const struct invariant *v, struct fault *f)
{
	const char *message = sqlite3_errmsg(e->sandbox.db);

	return fault_set(f, STATUS_CONFIG, "%s:%zu: %s", v->file, fault_line(e, v, message),
		e->sandbox.denied[0] ? e->sandbox.denied : message);
}

static int
file_fault(const struct invariant *v, const char *at, struct fault *f, const char *what,
	const char *name)
{
	return fault_set(f, STATUS_CONFIG, "%s:%zu: %s%s", v->file,
		invariant_line(v, (size_t)(at - v->sql)), what, name);
}

/* The statement's first byte, behind the header and other comments. */
static const char *
first_word(const char *sql)
{
	const char *end;

	for (;;) {
		sql += strspn(sql, " \t\r\n\f");
		if (sql[0] == '-' && sql[1] == '-') {
			sql += strcspn(sql, "\n");
		} else if (sql[0] == '/' && sql[1] == '*') {
			end = strstr(sql + 2, "*/");
			sql = end ? end + 2 : sql + strlen(sql);
		} else {
			return sql;
		}
	}
}

/* Prepares the text of the file as it is; *end is the end of its one statement, ';' not included.
 */
static int
prepare_own(struct eval *e, const struct invariant *v, sqlite3_stmt **stmt, const char **end,
	struct fault *f)
{
	const char *tail, *start = first_word(v->sql), *more;

	if (!*start)
		return file_fault(v, start, f, "there is no SELECT", "");
	e->sandbox.denied[0] = e->sandbox.word[0] = '\0';
	if (sqlite3_prepare_v2(e->sandbox.db, v->sql, (int)v->sql_len + 1, stmt, &tail) || !*stmt)
		return *stmt || sqlite3_errcode(e->sandbox.db)
			       ? sql_fault(e, v, f)
			       : file_fault(v, start, f, "there is no SELECT", "");
	for (more = first_word(tail); *more == ';'; more = first_word(more + 1))
		;
	if (*more) {
		(void)file_fault(v, more, f, "more than one statement", "");
		return -1;
	}
	*end = tail > v->sql && tail[-1] == ';' ? tail - 1 : tail;
	return 0;
}

static int
column_index(sqlite3_stmt *stmt, const char *name)
{
	for (int i = 0; i < sqlite3_column_count(stmt); i++)
		if (!strcmp(sqlite3_column_name(stmt, i), name))
			return i;
	return -1;
}

/* Looks at the names of the result: the three that have to be there, and the others. */
static int
learn_columns(struct check *c, sqlite3_stmt *stmt, int own[3], struct fault *f)
{
	static const char *const needed[] = {"store_id", "violated", "message"};
	const struct invariant *v = c->invariant;
	const char *at = first_word(v->sql);
	int count = sqlite3_column_count(stmt);

	if (count > COLUMNS_MAX)
		return file_fault(v, at, f, "more than 100 columns", "");
	for (int i = 0; i < 3; i++) {
		own[i] = column_index(stmt, needed[i]);
		if (own[i] < 0)
			return file_fault(v, at, f, "the query has no column ", needed[i]);
	}
	c->columns = mem_zero((size_t)count, sizeof *c->columns);
	for (int i = 0; i < count; i++) {
		const char *name = sqlite3_column_name(stmt, i);

		if (column_index(stmt, name) != i)
			return file_fault(v, at, f, "two columns are named ", name);
		if (i != own[0] && i != own[1] && i != own[2])
			c->columns[c->column_count++] = mem_copy(name);
	}
	return 0;
}

/* Binds the parameters of the file; $at and $cluster come with each cycle. */
static int
bind_params(struct check *c, struct fault *f)
{
	const struct invariant *v = c->invariant;
	int rc = SQLITE_OK;

	for (int i = 1; i <= sqlite3_bind_parameter_count(c->stmt) && rc == SQLITE_OK; i++) {
		const char *name = sqlite3_bind_parameter_name(c->stmt, i);
		const struct param *p = name && *name == '$'
						? invariant_param(v, name + 1, strlen(name + 1))
						: NULL;
		const char *found;

		if (name && !strcmp(name, "$at")) {
			c->at_index = i;
		} else if (name && !strcmp(name, "$cluster")) {
			c->cluster_index = i;
		} else if (!p) {
			found = strstr(first_word(v->sql), name ? name : "?");
			return file_fault(v, found ? found : v->sql, f,
				"a parameter that is not declared: ", name ? name : "?");
		} else if (p->type == PARAM_TEXT) {
			rc = sqlite3_bind_text(c->stmt, i, p->text, -1, SQLITE_STATIC);
		} else if (p->type == PARAM_INTEGER) {
			rc = sqlite3_bind_int64(c->stmt, i, p->integer);
		} else {
			rc = sqlite3_bind_double(c->stmt, i, p->real);
		}
	}
	return rc == SQLITE_OK ? 0 : fault_set(f, STATUS_CONFIG, "%s: cannot bind", v->file);
}

/*
 * The query that runs, around the file's own: columns in our order, and
 * everything but store_id and violated only where there is a violation.
 * SQLite flattens it. The names are ours, so that the file's do not matter.
 */
static char *
wrap(const struct invariant *v, const char *end, int count, const int own[3])
{
	sqlite3_str *sql = sqlite3_str_new(NULL);

	sqlite3_str_appendall(sql, "WITH \"op query\"(");
	for (int i = 0; i < count; i++)
		sqlite3_str_appendf(sql, "%sc%d", i ? ", " : "", i);
	sqlite3_str_appendall(sql, ") AS (\n");
	sqlite3_str_append(sql, v->sql, (int)(end - v->sql));
	sqlite3_str_appendf(sql, "\n)\nSELECT c%d, c%d, CASE WHEN c%d THEN op_details(c%d", own[0],
		own[1], own[1], own[2]);
	for (int i = 0; i < count; i++)
		if (i != own[0] && i != own[1] && i != own[2])
			sqlite3_str_appendf(sql, ", c%d", i);
	sqlite3_str_appendall(sql, ") END FROM \"op query\"");
	return sqlite3_str_finish(sql);
}

static int
prepare_wrapped(struct eval *e, struct check *c, const char *end, int count, const int own[3],
	struct fault *f)
{
	char *sql = wrap(c->invariant, end, count, own);
	int rc;

	if (!sql)
		return fault_set(f, STATUS_TRY_AGAIN, "out of memory");
	e->sandbox.trusted = true;
	rc = sqlite3_prepare_v3(e->sandbox.db, sql, -1, SQLITE_PREPARE_PERSISTENT, &c->stmt, NULL);
	e->sandbox.trusted = false;
	sqlite3_free(sql);
	if (rc == SQLITE_OK)
		return bind_params(c, f);
	return file_fault(c->invariant, first_word(c->invariant->sql), f,
		"cannot be used as a subquery: ", sqlite3_errmsg(e->sandbox.db));
}

static int
check_open(struct eval *e, struct check *c, struct invariant *v, struct fault *f)
{
	const struct schema *schema = &e->pack->schema;
	sqlite3_stmt *stmt = NULL;
	const char *end = NULL;
	int own[3], result;

	*c = (struct check){.invariant = v, .kind = -1};
	c->reads = mem_zero(schema->count, sizeof *c->reads);
	e->sandbox.reads = c->reads;
	result = prepare_own(e, v, &stmt, &end, f);
	if (!result)
		result = learn_columns(c, stmt, own, f);
	if (!result)
		result = prepare_wrapped(e, c, end, sqlite3_column_count(stmt), own, f);
	(void)sqlite3_finalize(stmt); /* it never ran */
	for (size_t i = schema->count; i-- > 0;)
		if (c->reads[i])
			c->kind = (int)i;
	return result;
}

static void
check_close(struct check *c)
{
	(void)sqlite3_finalize(c->stmt); /* its errors were seen when it ran */
	for (size_t i = 0; i < c->column_count; i++)
		free(c->columns[i]);
	free(c->columns);
	free(c->reads);
}

struct eval *
eval_open(struct pack *pack, struct fault *f)
{
	struct eval *e = mem_zero(1, sizeof *e);

	e->pack = pack;
	e->view.schema = &pack->schema;
	e->checks = mem_zero(pack->count, sizeof *e->checks);
	if (sandbox_open(&e->sandbox, &pack->schema, &e->view, f) ||
		vtab_register(e->sandbox.db, &e->view, f))
		goto bad;
	if (sqlite3_create_function_v2(
		    e->sandbox.db, "op_details", -1, SQLITE_UTF8, e, details, NULL, NULL, NULL)) {
		(void)fault_set(f, STATUS_TRY_AGAIN, "%s", sqlite3_errmsg(e->sandbox.db));
		goto bad;
	}
	for (size_t i = 0; i < pack->count; i++)
		if (check_open(e, &e->checks[i], &pack->invariants[i], f))
			goto bad;
	e->view.observations = observations_open(&pack->schema);
	e->verdicts = verdicts_open(e->view.observations);
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
		check_close(&e->checks[i]);
	free(e->checks);
	sandbox_close(&e->sandbox);
	verdicts_close(e->verdicts);
	observations_close(e->view.observations);
	free(e);
}

void
eval_clear(struct eval *e)
{
	observations_clear(e->view.observations);
}

const char *
eval_add(struct eval *e, const struct json_text *kind, const char *line, size_t len)
{
	return observations_add(e->view.observations, kind, line, len);
}

bool
eval_reads(const struct eval *e, size_t invariant, size_t kind)
{
	return e->checks[invariant].reads[kind];
}

static const char *
add_row(struct eval *e, const struct check *c)
{
	enum verdict verdict = VERDICT_UNKNOWN;
	const char *id = NULL;
	int type = sqlite3_column_type(c->stmt, 1);

	if (type == SQLITE_TEXT || type == SQLITE_BLOB)
		return "violated is neither a number nor NULL";
	if (type != SQLITE_NULL)
		verdict = sqlite3_column_double(c->stmt, 1) != 0 ? VERDICT_VIOLATED : VERDICT_OK;
	if (sqlite3_column_type(c->stmt, 0) == SQLITE_BLOB)
		return "a store_id is a blob";
	if (sqlite3_column_type(c->stmt, 0) != SQLITE_NULL) {
		id = sqlite3_column_blob(c->stmt, 0); /* of a text too, without a copy for a NUL */
		if (!id)
			id = "";
	}
	return verdicts_add(e->verdicts, id, (size_t)sqlite3_column_bytes(c->stmt, 0), verdict,
		verdict == VERDICT_VIOLATED ? (uint32_t)sqlite3_column_int64(c->stmt, 2) : 0);
}

static const char *
run_error(struct eval *e, size_t observations)
{
	if (e->sandbox.ran_out)
		(void)snprintf(e->error, sizeof e->error, "ran past its limit of %lld steps",
			(long long)sandbox_steps(observations));
	else
		(void)snprintf(e->error, sizeof e->error, "%s", sqlite3_errmsg(e->sandbox.db));
	return e->error;
}

/* Runs the query to its end. NULL, or why the check is not evaluated. */
static const char *
run(struct eval *e, const struct check *c, const struct cycle_head *head)
{
	size_t observations = observations_count(e->view.observations);
	const char *why = NULL;
	int rc;

	verdicts_start(e->verdicts, c->invariant, c->kind, (const char *const *)c->columns,
		c->column_count);
	if ((c->at_index &&
		    sqlite3_bind_double(c->stmt, c->at_index, (double)head->at_ms / 1000)) ||
		(c->cluster_index && sqlite3_bind_text(c->stmt, c->cluster_index, head->cluster, -1,
					     SQLITE_STATIC)))
		return run_error(e, observations);
	sandbox_run(&e->sandbox, observations);
	while (!why && (rc = sqlite3_step(c->stmt)) == SQLITE_ROW)
		why = add_row(e, c);
	if (!why && rc != SQLITE_DONE)
		why = run_error(e, observations);
	(void)sqlite3_reset(c->stmt); /* its error was the step's */
	return why ? why : verdicts_finish(e->verdicts);
}

static const char *
incomplete(struct eval *e, const struct check *c)
{
	const char *why = NULL;

	for (size_t i = 0; i < e->pack->schema.count && !why; i++)
		if (c->reads[i])
			why = observations_incomplete(e->view.observations, i);
	return why;
}

static void
write_incomplete(const struct check *c, const char *why, struct cycle_writer *out)
{
	struct jsonw *w = cycle_record(out, "check");

	jsonw_key(w, "invariant_name");
	jsonw_string(w, c->invariant->name);
	jsonw_key(w, "complete");
	jsonw_bool(w, false);
	jsonw_key(w, "error");
	jsonw_string(w, why);
	(void)cycle_record_end(out); /* it is short */
}

size_t
eval_run(struct eval *e, const struct cycle_head *head, struct cycle_writer *out)
{
	size_t violations = 0;

	sandbox_size(&e->sandbox, observations_count(e->view.observations));
	cycle_begin(out, CYCLE_VERDICTS, head);
	for (size_t i = 0; i < e->pack->count; i++) {
		const struct check *c = &e->checks[i];
		const char *why = incomplete(e, c);

		if (!why)
			why = run(e, c, head);
		if (why)
			write_incomplete(c, why, out);
		else
			violations += verdicts_write(e->verdicts, out);
	}
	cycle_end(out);
	return violations;
}
