/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "fault.h"
#include "lookup.h"
#include "mem.h"
#include "observations.h"
#include "schema.h"

struct table {
	sqlite3_vtab base;
	struct vtab_view *view;
	size_t kind;
};

/* Plans: a scan, or the equality of one column, whose number plus one is the plan's. */
enum { PLAN_SCAN };

struct cursor {
	sqlite3_vtab_cursor base;
	const struct arena *arena;
	const struct column **columns;
	uint32_t row;
	uint32_t rows;
	const struct lookup *lookup; /* NULL for a scan */
};

struct module {
	struct vtab_view *view;
	size_t kind;
};

static int
table_connect(sqlite3 *db, void *data, int argc, const char *const *argv, sqlite3_vtab **out,
	char **error)
{
	const struct module *m = data;
	const struct schema_kind *k = &m->view->schema->kinds[m->kind];
	sqlite3_str *sql = sqlite3_str_new(db);
	struct table *t;
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
	m->view->declaring = true;
	rc = text ? sqlite3_declare_vtab(db, text) : SQLITE_NOMEM;
	m->view->declaring = false;
	sqlite3_free(text);
	if (rc != SQLITE_OK)
		return rc;
	t = mem_zero(1, sizeof *t);
	t->view = m->view;
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

/*
 * SQLite compares again whatever the plan gives it (`omit` stays 0), so a plan need not
 * be exact. Collations other than BINARY are left to the scan.
 */
static int
table_best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
	const struct table *t = (const struct table *)base;
	const struct schema_kind *k = &t->view->schema->kinds[t->kind];
	int best = -1;

	for (int i = 0; i < info->nConstraint; i++) {
		int column = info->aConstraint[i].iColumn;

		if (!info->aConstraint[i].usable || column < 0 ||
			info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ ||
			strcmp(sqlite3_vtab_collation(info, i), "BINARY") != 0)
			continue;
		if (best < 0 || !strcmp(k->columns[column].name, "id"))
			best = i;
	}
	info->idxNum = PLAN_SCAN;
	info->estimatedCost = 1e6;
	info->estimatedRows = 1000000;
	if (best < 0)
		return SQLITE_OK;
	info->idxNum = info->aConstraint[best].iColumn + 1;
	info->aConstraintUsage[best].argvIndex = 1;
	info->estimatedCost = 10;
	info->estimatedRows = 10;
	return SQLITE_OK;
}

static int
table_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
	const struct table *t = (const struct table *)base;
	const struct schema_kind *k = &t->view->schema->kinds[t->kind];
	const struct observations *o = t->view->observations;
	struct cursor *c = mem_zero(1, sizeof *c);

	c->arena = observations_arena(o);
	c->rows = observations_rows(o, t->kind);
	c->columns = mem_zero(k->count, sizeof *c->columns);
	for (size_t i = 0; i < k->count; i++)
		c->columns[i] = observations_column(o, t->kind, i);
	*out = &c->base;
	return SQLITE_OK;
}

static int
table_close(sqlite3_vtab_cursor *base)
{
	struct cursor *c = (struct cursor *)base;

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
		v->text.at = (const char *)sqlite3_value_blob(from); /* no copy for a NUL */
		v->text.len = (size_t)sqlite3_value_bytes(from);
		break;
	default:
		v->type = VALUE_NULL;
		break;
	}
}

static int
table_filter(sqlite3_vtab_cursor *base, int plan, const char *name, int argc, sqlite3_value **argv)
{
	struct cursor *c = (struct cursor *)base;
	const struct table *t = (const struct table *)base->pVtab;
	struct lookup *lookup;
	struct value v;

	(void)name;
	(void)argc;
	c->row = 0;
	c->lookup = NULL;
	if (plan == PLAN_SCAN || sqlite3_value_type(argv[0]) == SQLITE_BLOB)
		return SQLITE_OK;
	value_of(argv[0], &v);
	if (v.type == VALUE_NULL) {
		c->row = c->rows; /* nothing equals NULL */
		return SQLITE_OK;
	}
	lookup = observations_lookup(t->view->observations, t->kind, (size_t)plan - 1);
	if (!lookup_serves(lookup, &v))
		return SQLITE_OK;
	c->lookup = lookup;
	c->row = lookup_first(lookup, &v);
	return SQLITE_OK;
}

static int
table_next(sqlite3_vtab_cursor *base)
{
	struct cursor *c = (struct cursor *)base;

	c->row = c->lookup ? lookup_next(c->lookup, c->row) : c->row + 1;
	return SQLITE_OK;
}

static int
table_eof(sqlite3_vtab_cursor *base)
{
	const struct cursor *c = (const struct cursor *)base;

	return c->row >= c->rows; /* LOOKUP_NONE too */
}

/* Texts are handed out where they lie: they outlive the statement's run. */
static int
table_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
	const struct cursor *c = (const struct cursor *)base;
	struct value v;

	if (!c->columns[column])
		return SQLITE_OK; /* nobody reads it */
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
	*rowid = ((const struct cursor *)base)->row;
	return SQLITE_OK;
}

/* Without xCreate a module is a table by itself: nothing has to be created. */
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
vtab_register(sqlite3 *db, struct vtab_view *view, struct fault *f)
{
	for (size_t i = 0; i < view->schema->count; i++) {
		struct module *m = mem_alloc(sizeof *m);

		*m = (struct module){view, i};
		if (sqlite3_create_module_v2(
			    db, view->schema->kinds[i].name, &table_module, m, free))
			return fault_set(f, STATUS_TRY_AGAIN, "%s", sqlite3_errmsg(db));
	}
	return 0;
}
