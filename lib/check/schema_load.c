/* SPDX-License-Identifier: ISC */
#include "check/schema_load.h"

#include <string.h>

#include "base/fault.h"
#include "check/sandbox.h"
#include "check/schema.h"
#include "stream/ident.h"

enum { KINDS_MAX = 256, COLUMNS_MAX = 1000 };

/* CREATE TABLE and what SQLite does to its own tables for it; nothing else. */
static int
only_tables(void *data, int action, const char *one, const char *two, const char *three,
	const char *four)
{
	(void)data;
	(void)two;
	(void)three;
	(void)four;
	switch (action) {
	case SQLITE_CREATE_TABLE:
	case SQLITE_CREATE_INDEX: /* of a PRIMARY KEY */
	case SQLITE_REINDEX:
	case SQLITE_FUNCTION:
		return SQLITE_OK;
	case SQLITE_INSERT:
	case SQLITE_UPDATE:
	case SQLITE_READ:
		return !strncmp(one, "sqlite_", 7) ? SQLITE_OK : SQLITE_DENY;
	default:
		return SQLITE_DENY;
	}
}

/* Line and column of a place, from 1. */
static void
find_place(const char *sql, const char *at, size_t *line, size_t *column)
{
	const char *start = sql;

	*line = 1;
	for (; sql < at; sql++) {
		if (*sql != '\n')
			continue;
		++*line;
		start = sql + 1;
	}
	*column = (size_t)(at - start) + 1;
}

/* The first byte of a statement, after blanks and comments. */
static const char *
statement(const char *sql)
{
	const char *end;

	for (;;) {
		sql += strspn(sql, " \t\r\n\f;");
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

static int
run(sqlite3 *db, const char *file, const char *sql, struct fault *f)
{
	const char *at = statement(sql), *tail;
	sqlite3_stmt *stmt = NULL;

	for (; *at; at = statement(tail)) {
		int rc = sqlite3_prepare_v2(db, at, -1, &stmt, &tail);
		int offset = sqlite3_error_offset(db);
		size_t line, column;

		if (rc == SQLITE_OK && stmt)
			rc = sqlite3_step(stmt);
		if (rc != SQLITE_OK && rc != SQLITE_DONE) {
			find_place(sql, at + (offset > 0 ? offset : 0), &line, &column);
			fault_put(f, STATUS_CONFIG, "%s:%zu:%zu: %s", file, line, column,
				rc == SQLITE_AUTH ? "not a CREATE TABLE" : sqlite3_errmsg(db));
			sandbox_finalize(stmt);
			return -1;
		}
		sandbox_finalize(stmt);
		stmt = NULL;
	}
	return 0;
}

static int
take_row(struct schema *s, sqlite3_stmt *stmt, struct fault *f)
{
	const char *kind = (const char *)sqlite3_column_text(stmt, 0);
	const char *column = (const char *)sqlite3_column_text(stmt, 1);
	const char *type = (const char *)sqlite3_column_text(stmt, 2);
	struct schema_kind *k;

	if (!ident_is_name(span_of(kind)) || ident_is_frame(span_of(kind)))
		return fault_set(f, STATUS_CONFIG, "\"%s\" cannot be the name of a kind", kind);
	k = schema_take_kind(s, kind);
	schema_take_column(k, column, type ? type : "");
	if (s->count > KINDS_MAX || k->count > COLUMNS_MAX)
		return fault_set(f, STATUS_CONFIG, "more than %d kinds or %d columns", KINDS_MAX,
			COLUMNS_MAX);
	return 0;
}

static int
collect(struct schema *s, sqlite3 *db, struct fault *f)
{
	static const char sql[] = "SELECT m.name, x.name, x.type\n"
				  "FROM   sqlite_schema m, pragma_table_xinfo(m.name) x\n"
				  "WHERE  m.type = 'table'\n"
				  "ORDER  BY m.rowid, x.cid";
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), result = 0;

	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = sqlite3_step(stmt);
		if (rc == SQLITE_ROW && take_row(s, stmt, f)) {
			result = -1;
			break;
		}
	}
	if (!result && rc != SQLITE_DONE)
		result = fault_set(f, STATUS_CONFIG, "%s", sqlite3_errmsg(db));
	sandbox_finalize(stmt);
	return result;
}

int
schema_load(struct schema *s, const char *file, const char *sql, struct fault *f)
{
	sqlite3 *db = NULL;
	int result;

	sandbox_configure();
	if (sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL)) {
		(void)sqlite3_close(db); /* nothing was opened */
		return fault_set(f, STATUS_TRY_AGAIN, "cannot open SQLite");
	}
	(void)sqlite3_set_authorizer(db, only_tables, NULL); /* cannot fail */
	result = run(db, file, sql, f);
	(void)sqlite3_set_authorizer(db, NULL, NULL);
	if (!result && collect(s, db, f))
		result = fault_within(f, "%s:1", file);
	(void)sqlite3_close(db); /* its statements are finalized */
	return result;
}
