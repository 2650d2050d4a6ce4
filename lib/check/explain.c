/* SPDX-License-Identifier: ISC */
#include "check/explain.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/out.h"
#include "base/timestamp.h"
#include "base/vis.h"
#include "check/invariant.h"
#include "check/query.h"

enum { TEXT_MAX = 4 << 20 };

/* Writes a text from outside, indented and safe for a terminal. */
static void
put_text(const struct explain *e, const char *indent, struct span text)
{
	struct buf safe;

	buf_init(&safe, TEXT_MAX);
	while (text.at) {
		struct span line = span_cut(&text, '\n');

		if (!line.len && !text.at)
			break;
		buf_add_text(&safe, indent);
		vis_add_lines(&safe, line.at, line.len);
		buf_add_char(&safe, '\n');
	}
	out_bytes(e->out, safe.data, safe.len);
	buf_free(&safe);
}

static void
put_line(const struct explain *e, const char *before, struct span text)
{
	struct buf safe;

	buf_init(&safe, TEXT_MAX);
	vis_add(&safe, text.at, text.len);
	out_format(e->out, "%s%s\n", before, safe.data);
	buf_free(&safe);
}

void
explain_head(const struct explain *e)
{
	const struct invariant *v = e->query->invariant;
	char at[TIMESTAMP_SIZE];
	struct buf cluster;

	timestamp_format(at, e->at_ms);
	buf_init(&cluster, TEXT_MAX);
	vis_add(&cluster, e->cluster, strlen(e->cluster));
	out_format(e->out, "%s at %s in cluster %s\n", v->name, at, cluster.data);
	buf_free(&cluster);
	put_line(e, "file: ", span_of(v->file));
	out_text(e->out, "\n");
	put_text(e, "    ", (struct span){v->sql, v->sql_len});
	out_text(e->out, "\n");
	for (size_t i = 0; i < v->param_count; i++) {
		out_format(e->out, "parameter %s", v->params[i].name);
		put_line(e, " = ", span_of(v->params[i].text));
	}
}

static struct span
text_of(sqlite3_stmt *stmt, int column)
{
	struct span text = {(const char *)sqlite3_column_text(stmt, column), 0};

	if (text.at)
		text.len = (size_t)sqlite3_column_bytes(stmt, column);
	return text;
}

/* Writes the names in lines "name = NULL". */
static void
put_missing(const struct explain *e, struct span values)
{
	bool any = false;

	while (values.at) {
		struct span line = span_cut(&values, '\n');

		if (line.len < 7 || memcmp(line.at + line.len - 7, " = NULL", 7) != 0)
			continue;
		out_format(e->out, "%s%.*s", any ? ", " : "    missing: ", (int)(line.len - 7),
			line.at);
		any = true;
	}
	if (any)
		out_char(e->out, '\n');
}

static void
put_row(const struct explain *e, sqlite3_stmt *stmt)
{
	struct span id = text_of(stmt, QUERY_STORE_ID), reason = text_of(stmt, QUERY_REASON);
	struct span values = text_of(stmt, QUERY_OWN_COLUMNS);
	bool unknown = sqlite3_column_type(stmt, QUERY_VIOLATED) == SQLITE_NULL;
	bool violated = sqlite3_column_double(stmt, QUERY_VIOLATED) != 0;

	out_char(e->out, '\n');
	put_line(e,
		unknown	   ? "unknown "
		: violated ? "violated "
			   : "ok ",
		id.at ? id : span_of("the whole cluster"));
	if (violated)
		put_line(e, "    message: ", text_of(stmt, QUERY_MESSAGE));
	if (unknown && reason.at)
		put_line(e, "    reason: ", reason);
	if (unknown)
		put_missing(e, values);
	put_text(e, "    ", values);
}

int
explain_rows(const struct explain *e, struct fault *f)
{
	sqlite3_stmt *stmt = query_explain(e->query, e->sandbox, f);
	bool any = false;
	int rc, result = 0;

	if (!stmt)
		return -1;
	if (query_bind(stmt, e->query->invariant, e->at_ms, e->cluster, f)) {
		sandbox_finalize(stmt);
		return -1;
	}
	sandbox_run(e->sandbox, e->observations);
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct span id = text_of(stmt, QUERY_STORE_ID);

		if (e->id.at && !span_equal(id, e->id))
			continue;
		put_row(e, stmt);
		any = true;
	}
	sandbox_stop();
	if (rc != SQLITE_DONE)
		result = sandbox_fault(e->sandbox, e->observations, f);
	else if (!any && e->id.at)
		put_line(e, "\nno row for ", e->id);
	else if (!any)
		out_text(e->out, "\nno rows\n");
	sandbox_finalize(stmt);
	return result;
}

void
explain_incomplete(const struct explain *e, const struct fault *f)
{
	put_line(e, "\nnot evaluated: ", span_of(f->text));
}
