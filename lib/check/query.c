/* SPDX-License-Identifier: ISC */
#include "check/query.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/mem.h"
#include "check/invariant.h"
#include "check/schema.h"

enum { COLUMNS_MAX = 100 };

/* The columns with a meaning: the first three have to be there. */
enum { STORE_ID, VIOLATED, MESSAGE, SEVERITY, REASON, OWN_COLUMNS };

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

static bool
in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' || (c & 0x80);
}

/* The first place that the word stands by itself, else within another one; NULL: nowhere. */
static const char *
find_word(const char *text, const char *word)
{
	const char *at = *word ? strcasestr(text, word) : NULL, *first = at;

	for (; at; at = strcasestr(at + 1, word))
		if ((at == text || !in_word(at[-1])) && !in_word(at[strlen(word)]))
			return at;
	return first;
}

/*
 * Where in the text a fault lies: at SQLite's offset, at the word it is about,
 * at the end where more should have come, at the statement.
 */
static size_t
fault_line(const struct sandbox *s, const struct invariant *v, const char *message)
{
	const char *word = s->word, *table = strstr(message, "no such table: "), *found;
	int offset = sqlite3_error_offset(s->db);
	const char *start = first_word(v->sql);
	size_t end = v->sql_len;

	if (offset >= 0)
		return invariant_line(v, (size_t)offset);
	if (!strcmp(message, "incomplete input")) {
		while (end && isspace((unsigned char)v->sql[end - 1]))
			end--;
		return invariant_line(v, end);
	}
	if (table)
		word = table + 15;
	found = find_word(start, word);
	return invariant_line(v, (size_t)((found ? found : start) - v->sql));
}

static int
sql_fault(struct sandbox *s, const struct invariant *v, struct fault *f)
{
	const char *message = sqlite3_errmsg(s->db);

	return fault_set(f, STATUS_CONFIG, "%s:%zu: %s", v->file, fault_line(s, v, message),
		s->denied[0] ? s->denied : message);
}

static int
file_fault(const struct invariant *v, const char *at, struct fault *f, const char *what,
	const char *name)
{
	return fault_set(f, STATUS_CONFIG, "%s:%zu: %s%s", v->file,
		invariant_line(v, (size_t)(at - v->sql)), what, name);
}

/* Prepares the text of the file as it is; *end is the end of its one statement, ';' not included.
 */
static int
prepare_own(struct sandbox *s, const struct invariant *v, sqlite3_stmt **stmt, const char **end,
	struct fault *f)
{
	const char *tail, *start = first_word(v->sql), *more;

	if (!*start)
		return file_fault(v, start, f, "there is no SELECT", "");
	s->denied[0] = s->word[0] = '\0';
	if (sqlite3_prepare_v2(s->db, v->sql, (int)v->sql_len + 1, stmt, &tail) || !*stmt)
		return *stmt || sqlite3_errcode(s->db)
			       ? sql_fault(s, v, f)
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
result_index(sqlite3_stmt *stmt, const char *name)
{
	for (int i = 0; i < sqlite3_column_count(stmt); i++)
		if (!strcmp(sqlite3_column_name(stmt, i), name))
			return i;
	return -1;
}

static bool
is_own(const int own[OWN_COLUMNS], int i)
{
	for (int n = 0; n < OWN_COLUMNS; n++)
		if (own[n] == i)
			return true;
	return false;
}

/* Looks at the names of the result: those with a meaning, -1 where one is absent, and others. */
static int
learn_columns(struct query *c, sqlite3_stmt *stmt, int own[OWN_COLUMNS], struct fault *f)
{
	static const char *const names[OWN_COLUMNS] = {
		"store_id", "violated", "message", "severity", "reason"};
	const struct invariant *v = c->invariant;
	const char *at = first_word(v->sql);
	int count = sqlite3_column_count(stmt);

	if (count > COLUMNS_MAX)
		return file_fault(v, at, f, "more than 100 columns", "");
	for (int i = 0; i < OWN_COLUMNS; i++) {
		own[i] = result_index(stmt, names[i]);
		if (i <= MESSAGE && own[i] < 0)
			return file_fault(v, at, f, "the query has no column ", names[i]);
	}
	c->columns = mem_zero((size_t)count, sizeof *c->columns);
	for (int i = 0; i < count; i++) {
		const char *name = sqlite3_column_name(stmt, i);

		if (result_index(stmt, name) != i)
			return file_fault(v, at, f, "two columns are named ", name);
		if (!is_own(own, i))
			c->columns[c->column_count++] = mem_copy(name);
	}
	return 0;
}

/* Binds the parameters of the file; $at and $cluster come with each cycle. */
static int
bind_params(struct query *c, struct fault *f)
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

static void
append_column(sqlite3_str *sql, const char *before, int column)
{
	if (column >= 0)
		sqlite3_str_appendf(sql, "%sc%d", before, column);
	else
		sqlite3_str_appendf(sql, "%sNULL", before);
}

/*
 * The query that runs, around the file's own: columns in our order, and
 * everything but store_id and violated only where there is a violation.
 * SQLite flattens it. The names are ours, so that the file's do not matter.
 */
static char *
wrap(const struct invariant *v, const char *end, int count, const int own[OWN_COLUMNS])
{
	sqlite3_str *sql = sqlite3_str_new(NULL);

	sqlite3_str_appendall(sql, "WITH \"op query\"(");
	for (int i = 0; i < count; i++)
		sqlite3_str_appendf(sql, "%sc%d", i ? ", " : "", i);
	sqlite3_str_appendall(sql, ") AS (\n");
	sqlite3_str_append(sql, v->sql, (int)(end - v->sql));
	sqlite3_str_appendf(sql, "\n)\nSELECT op_verdict(c%d, coalesce(op_truth(c%d), ",
		own[STORE_ID], own[VIOLATED]);
	if (own[REASON] >= 0)
		sqlite3_str_appendf(sql, "CASE WHEN c%d IS NULL THEN op_note(c%d) END, ",
			own[VIOLATED], own[REASON]);
	else
		sqlite3_str_appendf(sql, "CASE WHEN c%d IS NULL THEN -2 END, ", own[VIOLATED]);
	append_column(sql, "op_details(", own[SEVERITY]);
	append_column(sql, ", ", own[MESSAGE]);
	for (int i = 0; i < count; i++)
		if (!is_own(own, i))
			append_column(sql, ", ", i);
	sqlite3_str_appendall(sql, "))) FROM \"op query\"");
	return sqlite3_str_finish(sql);
}

static int
prepare_wrapped(struct sandbox *s, struct query *c, const char *end, int count,
	const int own[OWN_COLUMNS], struct fault *f)
{
	char *sql = wrap(c->invariant, end, count, own);
	int rc;

	if (!sql)
		return fault_set(f, STATUS_TRY_AGAIN, "out of memory");
	s->trusted = true;
	rc = sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &c->stmt, NULL);
	s->trusted = false;
	sqlite3_free(sql);
	if (rc == SQLITE_OK)
		return bind_params(c, f);
	return file_fault(c->invariant, first_word(c->invariant->sql), f,
		"cannot be used as a subquery: ", sqlite3_errmsg(s->db));
}

int
query_open(struct query *c, struct sandbox *s, const struct invariant *v, struct fault *f)
{
	const struct schema *schema = s->schema;
	sqlite3_stmt *stmt = NULL;
	const char *end = NULL;
	int own[OWN_COLUMNS] = {0}, result;

	*c = (struct query){.invariant = v, .kind = -1};
	c->reads = mem_zero(schema->count, sizeof *c->reads);
	s->reads = c->reads;
	s->vtab->joins = strcasestr(v->sql, "join") != NULL;
	result = prepare_own(s, v, &stmt, &end, f);
	if (!result)
		result = learn_columns(c, stmt, own, f);
	if (!result)
		result = prepare_wrapped(s, c, end, sqlite3_column_count(stmt), own, f);
	(void)sqlite3_finalize(stmt); /* it never ran */
	for (size_t i = schema->count; i-- > 0;)
		if (c->reads[i])
			c->kind = (int)i;
	return result;
}

void
query_close(struct query *c)
{
	(void)sqlite3_finalize(c->stmt); /* its errors were seen when it ran */
	for (size_t i = 0; i < c->column_count; i++)
		free(c->columns[i]);
	free(c->columns);
	free(c->reads);
}
