/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/mem.h"
#include "check/column_index.h"
#include "check/observations.h"
#include "check/schema.h"
#include "check/vtab.h"

struct vtab_table {
	sqlite3_vtab base;
	struct vtab *vtab;
	size_t kind;
};

/*
 * A plan is a text, a mark and a column for each argument of the filter: "=0"
 * for the equality that the lookup of column 0 serves, at most one and the
 * first, then "!2" for column IS NOT text. "" is a scan.
 */
enum { NOTS_MAX = 8 };

struct vtab_not {
	const struct column *column;
	char *text;
	size_t len;
};

struct vtab_cursor {
	sqlite3_vtab_cursor base;
	const struct arena *arena;
	const struct column **columns;
	uint32_t row;
	uint32_t rows;
	const struct column_index *lookup; /* NULL for a scan */
	struct vtab_not nots[NOTS_MAX];
	size_t not_count;
};

struct vtab_module {
	struct vtab *vtab;
	size_t kind;
};

static int
table_connect(sqlite3 *db, void *data, int argc, const char *const *argv, sqlite3_vtab **out,
	char **error)
{
	const struct vtab_module *m = data;
	const struct schema_kind *k = &m->vtab->schema->kinds[m->kind];
	sqlite3_str *sql = sqlite3_str_new(db);
	struct vtab_table *t;
	char *text;
	int rc;

	(void)argc;
	(void)argv;
	(void)error;
	for (size_t i = 0; i < k->count; i++)
		sqlite3_str_appendf(sql, "%s\"%w\" %s", i ? ", " : "CREATE TABLE x(",
			k->columns[i].name, k->columns[i].type);
	sqlite3_str_appendall(sql, ")");
	text = sqlite3_str_finish(sql);
	m->vtab->declaring = true;
	rc = text ? sqlite3_declare_vtab(db, text) : SQLITE_NOMEM;
	m->vtab->declaring = false;
	sqlite3_free(text);
	if (rc != SQLITE_OK)
		return rc;
	t = mem_zero(1, sizeof *t);
	t->vtab = m->vtab;
	t->kind = m->kind;
	*out = &t->base;
	return SQLITE_OK;
}

static int
table_disconnect(sqlite3_vtab *base)
{
	free(base);
	return SQLITE_OK;
}

static bool
is_binary(sqlite3_index_info *info, int i)
{
	return !strcmp(sqlite3_vtab_collation(info, i), "BINARY");
}

/* column IS NOT 'text', for a column that holds only texts, so that no conversion is needed. */
static bool
is_not_text(const struct vtab_table *t, sqlite3_index_info *info, int i)
{
	const struct schema_kind *k = &t->vtab->schema->kinds[t->kind];
	int column = info->aConstraint[i].iColumn;
	sqlite3_value *value;

	return info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_ISNOT && column >= 0 &&
	       !t->vtab->joins && column_form(k->columns[column].type) == COLUMN_TEXT &&
	       is_binary(info, i) && sqlite3_vtab_rhs_value(info, i, &value) == SQLITE_OK &&
	       sqlite3_value_type(value) == SQLITE_TEXT;
}

/*
 * Whether a lookup can replace this equality. It cannot under NUMERIC, where texts
 * are converted in comparisons; nor for an IN, because SQLite then compares the
 * result with one member of the list, under another affinity than that of the IN.
 */
static bool
is_equality(const struct schema_kind *k, sqlite3_index_info *info, int i)
{
	int column = info->aConstraint[i].iColumn;

	return info->aConstraint[i].usable && column >= 0 &&
	       info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_EQ && is_binary(info, i) &&
	       !column_is_numeric(k->columns[column].type) && !sqlite3_vtab_in(info, i, -1);
}

/* The equality to look rows up by, preferably that of id; or -1. */
static int
find_equality(const struct vtab_table *t, sqlite3_index_info *info)
{
	const struct schema_kind *k = &t->vtab->schema->kinds[t->kind];
	int best = -1;

	for (int i = 0; i < info->nConstraint; i++) {
		if (!is_equality(k, info, i))
			continue;
		if (best < 0 || !strcmp(k->columns[info->aConstraint[i].iColumn].name, "id"))
			best = i;
	}
	return best;
}

/*
 * SQLite compares the rows of an equality again (`omit` stays 0), so a lookup need
 * not be exact. Filtering by IS NOT must be.
 */
static int
table_best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
	const struct vtab_table *t = (const struct vtab_table *)base;
	int equality = find_equality(t, info), args = 0;
	sqlite3_str *plan = sqlite3_str_new(NULL);

	if (equality >= 0) {
		sqlite3_str_appendf(plan, "=%d", info->aConstraint[equality].iColumn);
		info->aConstraintUsage[equality].argvIndex = ++args;
	}
	for (int i = 0, nots = 0; i < info->nConstraint && nots < NOTS_MAX; i++) {
		if (!info->aConstraint[i].usable || !is_not_text(t, info, i))
			continue;
		sqlite3_str_appendf(plan, "!%d", info->aConstraint[i].iColumn);
		info->aConstraintUsage[i].argvIndex = ++args;
		info->aConstraintUsage[i].omit = 1;
		nots++;
	}
	info->idxStr = sqlite3_str_finish(plan);
	info->needToFreeIdxStr = 1;
	info->estimatedCost = equality >= 0 ? 10 : 1e6;
	info->estimatedRows = equality >= 0 ? 10 : 1000000;
	return SQLITE_OK;
}

static int
table_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
	const struct vtab_table *t = (const struct vtab_table *)base;
	const struct schema_kind *k = &t->vtab->schema->kinds[t->kind];
	const struct observations *o = t->vtab->observations;
	struct vtab_cursor *c = mem_zero(1, sizeof *c);

	c->arena = observations_arena(o);
	c->rows = observations_rows(o, t->kind);
	c->columns = mem_zero(k->count, sizeof(const struct column *));
	for (size_t i = 0; i < k->count; i++)
		c->columns[i] = observations_column(o, t->kind, i);
	*out = &c->base;
	return SQLITE_OK;
}

static void
forget_nots(struct vtab_cursor *c)
{
	for (size_t i = 0; i < c->not_count; i++)
		free(c->nots[i].text);
	c->not_count = 0;
}

static int
table_close(sqlite3_vtab_cursor *base)
{
	struct vtab_cursor *c = (struct vtab_cursor *)base;

	((const struct vtab_table *)base->pVtab)->vtab->moved = NULL;
	forget_nots(c);
	free(c->columns);
	free(c);
	return SQLITE_OK;
}

static void
value_of(sqlite3_value *from, struct value *v)
{
	switch (sqlite3_value_type(from)) {
	case SQLITE_INTEGER:
		v->type = VALUE_INTEGER;
		v->integer = sqlite3_value_int64(from);
		break;
	case SQLITE_FLOAT:
		v->type = VALUE_REAL;
		v->real = sqlite3_value_double(from);
		break;
	case SQLITE_TEXT:
		v->type = VALUE_TEXT;
		v->text.at = (const char *)sqlite3_value_blob(
			from); /* without copying to add a NUL */
		v->text.len = (size_t)sqlite3_value_bytes(from);
		break;
	default:
		v->type = VALUE_NULL;
		break;
	}
}

/* Goes to the rows that may be equal to the value. */
static void
look_up(struct vtab_cursor *c, int column, sqlite3_value *value)
{
	const struct vtab_table *t = (const struct vtab_table *)c->base.pVtab;
	struct column_index *lookup;
	struct value v;

	if (sqlite3_value_type(value) == SQLITE_BLOB)
		return;
	value_of(value, &v);
	if (v.type == VALUE_NULL) {
		c->row = c->rows; /* nothing equals NULL */
		return;
	}
	lookup = observations_index(t->vtab->observations, t->kind, (size_t)column);
	if (!column_index_serves(lookup, &v))
		return;
	c->lookup = lookup;
	c->row = column_index_first(lookup, &v);
}

static void
add_not(struct vtab_cursor *c, int column, sqlite3_value *value)
{
	struct vtab_not *n = &c->nots[c->not_count++];

	n->column = c->columns[column];
	n->len = (size_t)sqlite3_value_bytes(value);
	n->text = mem_copy_n(sqlite3_value_blob(value), n->len);
}

/* Whether an IS NOT filters the row out. */
static bool
is_taken(const struct vtab_cursor *c)
{
	struct value v;

	for (size_t i = 0; i < c->not_count; i++) {
		const struct vtab_not *n = &c->nots[i];

		column_get(n->column, c->arena, c->row, &v);
		if (v.type == VALUE_TEXT && v.text.len == n->len &&
			!memcmp(v.text.at, n->text, n->len))
			return true;
	}
	return false;
}

/* SQLite does not see the rows that are skipped, so they are counted as steps. */
static void
skip_taken(struct vtab_cursor *c)
{
	const struct vtab_table *t = (const struct vtab_table *)c->base.pVtab;

	for (; c->row < c->rows && is_taken(c); t->vtab->skipped++)
		c->row = c->lookup ? column_index_next(c->lookup, c->row) : c->row + 1;
}

static int
table_filter(
	sqlite3_vtab_cursor *base, int number, const char *plan, int argc, sqlite3_value **argv)
{
	struct vtab_cursor *c = (struct vtab_cursor *)base;
	char *next;

	(void)number;
	((const struct vtab_table *)base->pVtab)->vtab->moved = c;
	c->row = 0;
	c->lookup = NULL;
	forget_nots(c);
	for (int i = 0; i < argc; i++, plan = next) {
		int column = (int)strtol(plan + 1, &next, 10);

		if (*plan == '=')
			look_up(c, column, argv[i]);
		else
			add_not(c, column, argv[i]);
	}
	skip_taken(c);
	return SQLITE_OK;
}

static int
table_next(sqlite3_vtab_cursor *base)
{
	struct vtab_cursor *c = (struct vtab_cursor *)base;

	((const struct vtab_table *)base->pVtab)->vtab->moved = c;
	c->row = c->lookup ? column_index_next(c->lookup, c->row) : c->row + 1;
	if (c->not_count)
		skip_taken(c);
	return SQLITE_OK;
}

static int
table_eof(sqlite3_vtab_cursor *base)
{
	const struct vtab_cursor *c = (const struct vtab_cursor *)base;

	return c->row >= c->rows; /* COLUMN_INDEX_NONE too */
}

/* Texts are not copied: they outlive the statement's run. */
static int
table_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
	const struct vtab_cursor *c = (const struct vtab_cursor *)base;
	struct value v;

	if (!c->columns[column])
		return SQLITE_OK; /* no invariant reads it */
	column_get(c->columns[column], c->arena, c->row, &v);
	switch (v.type) {
	case VALUE_TEXT:
		sqlite3_result_text(context, v.text.at, (int)v.text.len, SQLITE_STATIC);
		break;
	case VALUE_INTEGER:
		sqlite3_result_int64(context, v.integer);
		break;
	case VALUE_REAL:
		sqlite3_result_double(context, v.real);
		break;
	case VALUE_NULL:
		break;
	}
	return SQLITE_OK;
}

static int
table_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid)
{
	*rowid = (sqlite3_int64)((const struct vtab_cursor *)base)->row + 1; /* as in a table */
	return SQLITE_OK;
}

uint32_t
vtab_row(const struct vtab *v)
{
	return v->moved->row;
}

int64_t
vtab_nulls(const struct vtab *v, const int *columns, size_t count)
{
	const struct vtab_cursor *c = v->moved;
	int64_t mask = 0;

	for (size_t i = 0; c && i < count; i++) {
		const struct column *column = c->columns[columns[i]];

		if (!column || column_is_null(column, c->arena, c->row))
			mask |= INT64_C(1) << i;
	}
	return mask;
}

/* A module without xCreate is a table by itself, which need not be created. */
static const sqlite3_module table_module = {
	.iVersion = 2,
	.xConnect = table_connect,
	.xBestIndex = table_best_index,
	.xDisconnect = table_disconnect,
	.xOpen = table_open,
	.xClose = table_close,
	.xFilter = table_filter,
	.xNext = table_next,
	.xEof = table_eof,
	.xColumn = table_column,
	.xRowid = table_rowid,
};

int
vtab_register(sqlite3 *db, struct vtab *vtab, struct fault *f)
{
	for (size_t i = 0; i < vtab->schema->count; i++) {
		struct vtab_module *m = mem_alloc(sizeof *m);

		*m = (struct vtab_module){vtab, i};
		if (sqlite3_create_module_v2(
			    db, vtab->schema->kinds[i].name, &table_module, m, free))
			return fault_set(f, STATUS_TRY_AGAIN, "%s", sqlite3_errmsg(db));
	}
	return 0;
}
