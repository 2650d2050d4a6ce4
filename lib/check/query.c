/* SPDX-License-Identifier: ISC */
#include "check/query.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "check/column.h"
#include "check/invariant.h"
#include "check/lint.h"
#include "check/query_fault.h"
#include "check/query_wrap.h"
#include "check/schema.h"
#include "check/sql_lex.h"
#include "check/verdict_reads.h"

enum { COLUMNS_MAX = 100, SQL_MAX = 3 << 20 };

/* What query_open() works with. */
struct opening {
	struct query *q;
	struct sandbox *s;
	struct lint *lint;
	sqlite3_stmt *stmt; /* of the file's own text */
	bool alike;	    /* two column names are the same to SQL, or one is reserved */
};

/* Finds the statement among its tokens, from its first to its last: no ; and no comment around it.
 */
static void
find_statement(struct query *q)
{
	const struct sql_token *first, *last;

	while (q->lex.count > 1 && span_is(q->lex.list[q->lex.count - 1].text, ";"))
		q->lex.count--;
	first = &q->lex.list[0];
	last = &q->lex.list[q->lex.count - 1];
	q->own = (struct span){
		first->text.at, (size_t)(last->text.at + last->text.len - first->text.at)};
}

/* Prepares the text of the file as it is. Sets q->own to its only statement. */
static int
prepare_own(struct opening *o)
{
	const struct invariant *v = o->q->invariant;
	const char *tail, *start = sql_lex_start(v->sql, ""), *more;

	if (!*start)
		return query_fault_at(o->lint, v, start, 1, "there is no SELECT");
	o->s->denied[0] = o->s->word[0] = '\0';
	if (sqlite3_prepare_v2(o->s->db, v->sql, (int)v->sql_len + 1, &o->stmt, &tail) || !o->stmt)
		return o->stmt || sqlite3_errcode(o->s->db)
			       ? query_fault_sql(o->lint, o->s, v)
			       : query_fault_at(o->lint, v, start, 1, "there is no SELECT");
	more = sql_lex_start(tail, ";");
	if (*more)
		return query_fault_at(o->lint, v, more, 1, "more than one statement");
	find_statement(o->q);
	return 0;
}

static int
result_index(sqlite3_stmt *stmt, const char *name)
{
	for (int i = 0; i < sqlite3_column_count(stmt); i++)
		if (!strcmp(sqlite3_column_name(stmt, i), name))
			return i;
	return -1;
}

/* Reports a missing column of the query, and a similar one that may have been meant. */
static int
refuse_missing(const struct opening *o, const char *at, const char *name)
{
	const struct query *q = o->q;
	const char **names = mem_zero((size_t)q->result.count + 1, sizeof *names);
	const char *like;
	size_t count = 0;
	int result;

	for (int i = 0; i < q->result.count; i++)
		if (!query_columns_has_meaning(&q->result, i))
			names[count++] = sqlite3_column_name(o->stmt, i);
	like = suggest(name, names, count);
	result = query_fault_at(o->lint, q->invariant, at, 6, "the query has no column %s%s%s%s",
		name, like ? " (did you mean it by " : "", like ? like : "", like ? "?)" : "");
	free(names);
	return result;
}

/* No other column may have the name of column i; one that differs only in case is noted. */
static int
check_name(struct opening *o, int i)
{
	const char *name = sqlite3_column_name(o->stmt, i);
	const struct invariant *v = o->q->invariant;

	if (!strcasecmp(name, VERDICT_READS_COLUMN))
		o->alike = true;
	for (int n = 0; n < i; n++) {
		const char *other = sqlite3_column_name(o->stmt, n);

		if (strcasecmp(name, other) != 0)
			continue;
		o->alike = true;
		if (!strcmp(name, other))
			return query_fault_at(o->lint, v, sql_lex_start(v->sql, ""), 6,
				"two columns are named %s", name);
	}
	return 0;
}

/* Finds the columns of the result: those with a meaning, -1 if one is absent, and the others. */
static int
learn_columns(struct opening *o)
{
	static const char *const names[QUERY_OWN_COLUMNS] = {
		"store_id", "violated", "message", "severity", "reason"};
	struct query *q = o->q;
	const struct invariant *v = q->invariant;
	const char *at = sql_lex_start(v->sql, "");
	int result = 0;

	q->result.count = sqlite3_column_count(o->stmt);
	if (q->result.count > COLUMNS_MAX)
		return query_fault_at(o->lint, v, at, 1, "more than 100 columns");
	for (int i = 0; i < QUERY_OWN_COLUMNS; i++)
		q->result.indices[i] = result_index(o->stmt, names[i]);
	for (int i = 0; i <= QUERY_MESSAGE; i++)
		if (q->result.indices[i] < 0)
			result = refuse_missing(o, at, names[i]);
	q->columns = mem_zero((size_t)q->result.count, sizeof *q->columns);
	for (int i = 0; i < q->result.count; i++) {
		if (check_name(o, i))
			return -1;
		if (!query_columns_has_meaning(&q->result, i))
			q->columns[q->column_count++] = mem_copy(sqlite3_column_name(o->stmt, i));
	}
	return result;
}

/* Requires that every parameter of the query is declared, and every declared one used. */
static int
check_params(struct opening *o)
{
	const struct invariant *v = o->q->invariant;
	bool *used = mem_zero(v->param_count, sizeof *used);
	int result = 0;

	for (int i = 1; i <= sqlite3_bind_parameter_count(o->stmt); i++) {
		const char *name = sqlite3_bind_parameter_name(o->stmt, i);
		const struct param *p = name && *name == '$'
						? invariant_param(v, name + 1, strlen(name + 1))
						: NULL;

		if (p)
			used[p - v->params] = true;
		else if (!name || (strcmp(name, "$at") != 0 && strcmp(name, "$cluster") != 0))
			result = query_fault_param(o->lint, v, name ? name : "?");
	}
	for (size_t i = 0; i < v->param_count; i++)
		if (!used[i] && query_fault_unused(o->lint, v, v->params[i].name))
			result = -1;
	free(used);
	return result;
}

/* Prepares a statement around the file's own, of a query that has been checked. */
static int
prepare_around(struct sandbox *s, const struct buf *sql, sqlite3_stmt **stmt)
{
	int rc;

	if (sql->full)
		return -1;
	s->trusted = true;
	rc = sqlite3_prepare_v3(
		s->db, sql->data, (int)sql->len + 1, SQLITE_PREPARE_PERSISTENT, stmt, NULL);
	s->trusted = false;
	return rc == SQLITE_OK ? 0 : -1;
}

/* Prepares the query that runs, and decides how it notes unknown verdicts. */
static int
prepare_verdict(struct opening *o, struct query_wrap *w)
{
	struct query *q = o->q;
	struct buf sql;
	int result;

	q->truth_notes = q->result.indices[QUERY_REASON] < 0 && w->reads < 0;
	w->truth_notes = q->truth_notes;
	w->own_ids = q->own_ids;
	buf_init(&sql, SQL_MAX);
	query_wrap_verdict(w, &sql);
	result = prepare_around(o->s, &sql, &q->stmt);
	buf_free(&sql);
	return result;
}

static void
forget_row_columns(struct query *q)
{
	free(q->row_columns);
	q->row_columns = NULL;
	q->own_ids = false;
}

/* Whether the kind has a column id that is a text. */
static bool
has_text_id(const struct schema_kind *k)
{
	int id = schema_column(k, "id");

	return id >= 0 && column_form(k->columns[id].type) == COLUMN_TEXT;
}

/* Finds the columns that the verdict reads in the one table of the query. -1 if a name is not a
 * column of it. */
static int
find_row_columns(struct opening *o, const struct verdict_reads *r)
{
	const struct schema *schema = o->s->schema;
	char *table = mem_copy_n(r->table.at, r->table.len);
	int kind = schema_kind(schema, table);

	free(table);
	if (kind < 0)
		return -1;
	o->q->own_ids = r->own_ids && has_text_id(&schema->kinds[kind]);
	o->q->row_columns = mem_array(r->count, sizeof *o->q->row_columns);
	for (size_t i = 0; i < r->count; i++) {
		o->q->row_columns[i] = schema_column(&schema->kinds[kind], r->names[i]);
		if (o->q->row_columns[i] < 0)
			return -1; /* rowid, or no column at all */
	}
	return 0;
}

/* Prepares the query with what its verdict reads; form and through as for verdict_reads_find(). */
static int
prepare_with_reads(
	struct opening *o, struct query_wrap *w, enum verdict_reads_form form, int through)
{
	struct query *q = o->q;
	struct verdict_reads reads;
	int result = verdict_reads_find(&reads, &q->lex, form, through);

	if (!result && form == VERDICT_READS_ROWS) {
		w->own = q->own;
		w->reads = -1;
		result = find_row_columns(o, &reads);
	} else if (!result) {
		w->own = (struct span){reads.sql.data, reads.sql.len};
		w->reads = q->result.count;
	}
	if (!result)
		result = prepare_verdict(o, w);
	if (!result) {
		q->reads_columns = reads.names;
		q->read_count = reads.count;
		reads.names = NULL;
		reads.count = 0;
	} else {
		forget_row_columns(q);
	}
	verdict_reads_free(&reads);
	return result;
}

/* ... with its columns by their names, or not. */
static int
prepare_named(struct opening *o, sqlite3_stmt *named)
{
	struct query_wrap w = {.columns = &o->q->result, .named = named};

	if (!prepare_with_reads(o, &w, VERDICT_READS_ROWS, 0) ||
		!prepare_with_reads(o, &w, VERDICT_READS_MASK, 1) ||
		!prepare_with_reads(o, &w, VERDICT_READS_MASK, 0))
		return 0;
	w.own = o->q->own;
	w.reads = -1;
	return prepare_verdict(o, &w);
}

static int
prepare_wrapped(struct opening *o)
{
	const struct invariant *v = o->q->invariant;

	if ((!o->alike && !prepare_named(o, o->stmt)) || !prepare_named(o, NULL))
		return 0;
	return query_fault_at(o->lint, v, sql_lex_start(v->sql, ""), 6,
		"cannot be used as a subquery: %s", sqlite3_errmsg(o->s->db));
}

int
query_open(struct query *q, struct sandbox *s, const struct invariant *v, struct lint *l)
{
	const struct schema *schema = s->schema;
	struct opening o = {.q = q, .s = s, .lint = l};
	int result;

	*q = (struct query){.invariant = v, .kind = -1};
	q->reads = mem_zero(schema->count, sizeof *q->reads);
	s->reads = q->reads;
	sql_lex_read(&q->lex, (struct span){v->sql, v->sql_len});
	s->vtab->joins = q->lex.keywords & SQL_BIT(SQL_JOIN);
	result = prepare_own(&o);
	if (!result) {
		result = learn_columns(&o);
		if (check_params(&o))
			result = -1;
	}
	if (!result)
		result = prepare_wrapped(&o);
	sandbox_finalize(o.stmt);
	for (size_t i = schema->count; i-- > 0;)
		if (q->reads[i])
			q->kind = (int)i;
	return result;
}

void
query_close(struct query *q)
{
	sandbox_finalize(q->stmt);
	for (size_t i = 0; i < q->column_count; i++)
		free(q->columns[i]);
	for (size_t i = 0; i < q->read_count; i++)
		free(q->reads_columns[i]);
	free(q->columns);
	free(q->reads_columns);
	free(q->row_columns);
	sql_lex_free(&q->lex);
	free(q->reads);
}

int
query_bind(sqlite3_stmt *stmt, const struct invariant *v, int64_t at_ms, const char *cluster,
	struct fault *f)
{
	int rc = SQLITE_OK;

	for (int i = 1; i <= sqlite3_bind_parameter_count(stmt) && rc == SQLITE_OK; i++) {
		const char *name = sqlite3_bind_parameter_name(stmt, i) + 1;
		const struct param *p = invariant_param(v, name, strlen(name));

		if (!p && !strcmp(name, "at"))
			rc = sqlite3_bind_double(stmt, i, (double)at_ms / 1000);
		else if (!p)
			rc = sqlite3_bind_text(stmt, i, cluster, -1, SQLITE_STATIC);
		else if (p->type == PARAM_TEXT)
			rc = sqlite3_bind_text(stmt, i, p->text, -1, SQLITE_STATIC);
		else if (p->type == PARAM_INTEGER)
			rc = sqlite3_bind_int64(stmt, i, p->integer);
		else
			rc = sqlite3_bind_double(stmt, i, p->real);
	}
	return rc == SQLITE_OK ? 0 : fault_set(f, STATUS_DATA, "%s", sqlite3_errstr(rc));
}

sqlite3_stmt *
query_explain(const struct query *q, struct sandbox *s, struct fault *f)
{
	sqlite3_stmt *stmt = NULL;

	s->reads = NULL;
	s->vtab->joins = q->lex.keywords & SQL_BIT(SQL_JOIN);
	for (int through = 1; through >= -1 && !stmt; through--) {
		struct query_wrap w = {.columns = &q->result, .own = q->own, .reads = -1};
		struct verdict_reads reads = {0};
		struct buf sql;
		bool with = through >= 0 &&
			    !verdict_reads_find(&reads, &q->lex, VERDICT_READS_VALUES, through);

		if (with) {
			w.own = (struct span){reads.sql.data, reads.sql.len};
			w.reads = q->result.count;
		}
		buf_init(&sql, SQL_MAX);
		query_wrap_explain(&w, &sql);
		if (with || through < 0)
			(void)prepare_around(s, &sql, &stmt); /* the next form may be valid */
		buf_free(&sql);
		verdict_reads_free(&reads);
	}
	if (!stmt)
		fault_put(f, STATUS_DATA, "%s", sqlite3_errmsg(s->db));
	return stmt;
}
