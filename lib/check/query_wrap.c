/* SPDX-License-Identifier: ISC */
#include "check/query_wrap.h"

#include "base/buf.h"
#include "check/verdict_reads.h"

/* c0, c1...: without printf(), because a pack needs thousands. */
static void
append_number(struct buf *sql, int column)
{
	char name[16];
	size_t at = sizeof name;

	for (; !(at < sizeof name && column == 0); column /= 10)
		name[--at] = (char)('0' + column % 10);
	name[--at] = 'c';
	buf_add(sql, name + at, sizeof name - at);
}

static void
append_name(struct buf *sql, const char *name)
{
	buf_add_char(sql, '"');
	for (; *name; name++) {
		if (*name == '"')
			buf_add_char(sql, '"');
		buf_add_char(sql, *name);
	}
	buf_add_char(sql, '"');
}

static void
append_column(const struct query_wrap *w, struct buf *sql, const char *before, int column)
{
	buf_add_text(sql, before);
	if (column < 0)
		buf_add_text(sql, "NULL");
	else if (!w->named)
		append_number(sql, column);
	else if (column == w->reads)
		append_name(sql, VERDICT_READS_COLUMN);
	else
		append_name(sql, sqlite3_column_name(w->named, column));
}

/* WITH "op query"(c0, c1...) AS (the file's own): the names are ours, so the file's do not matter.
 */
static void
append_with(const struct query_wrap *w, struct buf *sql)
{
	int count = w->columns->count + (w->reads >= 0);

	buf_add_text(sql, "WITH \"op query\"(");
	for (int i = 0; i < count; i++)
		append_column(w, sql, i ? ", " : "", i);
	buf_add_text(sql, ") AS (\n");
	buf_add(sql, w->own.at, w->own.len);
	buf_add_text(sql, "\n)\n");
}

static void
append_from(const struct query_wrap *w, struct buf *sql)
{
	if (!w->named) {
		buf_add_text(sql, " FROM \"op query\"");
		return;
	}
	buf_add_text(sql, " FROM (\n");
	buf_add(sql, w->own.at, w->own.len);
	buf_add_text(sql, "\n)");
}

void
query_wrap_verdict(const struct query_wrap *w, struct buf *sql)
{
	const struct query_columns *c = w->columns;

	if (!w->named)
		append_with(w, sql);
	append_column(w, sql, "SELECT op_verdict(", w->own_ids ? -1 : c->indices[QUERY_STORE_ID]);
	append_column(w, sql, ", coalesce(op_truth(", c->indices[QUERY_VIOLATED]);
	buf_add_text(sql, w->truth_notes ? "), " : "), CASE op_state() WHEN 1 THEN ");
	append_column(w, sql, "op_details(", c->indices[QUERY_SEVERITY]);
	append_column(w, sql, ", ", c->indices[QUERY_MESSAGE]);
	for (int i = 0; i < c->count; i++)
		if (!query_columns_has_meaning(c, i))
			append_column(w, sql, ", ", i);
	if (!w->truth_notes) {
		append_column(w, sql, ") ELSE op_note(", c->indices[QUERY_REASON]);
		append_column(w, sql, ", ", w->reads);
		buf_add_text(sql, ") END");
	} else {
		buf_add_char(sql, ')');
	}
	buf_add_text(sql, "))");
	append_from(w, sql);
}

void
query_wrap_explain(const struct query_wrap *w, struct buf *sql)
{
	if (!w->named)
		append_with(w, sql);
	for (int i = 0; i < QUERY_OWN_COLUMNS; i++)
		append_column(w, sql, i ? ", " : "SELECT ", w->columns->indices[i]);
	append_column(w, sql, ", ", w->reads);
	append_from(w, sql);
}
