/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_pending.h"

#include <stdbool.h>
#include <string.h>

#include "base/fault.h"
#include "base/glob.h"
#include "base/span.h"
#include "base/table.h"
#include "ticket/database.h"
#include "ticket/overview.h"
#include "ticket/pending.h"
#include "ticket/ticket_options.h"
#include "ticket/ticket_table.h"
#include "ticket/view.h"

enum {
	COL_SUBJECT,
	COL_CLUSTER,
	COL_INVARIANT,
	COL_STORE,
	COL_FIRST,
	COL_LAST,
	COL_OPENS,
	COL_SEVERITY,
	COL_MESSAGE,
	COL_COUNT,
};

static bool
is_wanted(const struct ticket_options *o, struct stmt *row)
{
	struct span store = stmt_span(row, COL_STORE);
	struct span invariant = stmt_span(row, COL_INVARIANT);

	if (o->invariant && !glob_match(span_of(o->invariant), invariant))
		return false;
	return !o->store || (store.at && glob_match(span_of(o->store), store));
}

static bool
has_room(const struct ticket_options *o, size_t rows)
{
	return o->limit < 0 || rows < (size_t)o->limit;
}

int
ticket_pending(
	struct database *db, const struct ticket_options *o, const struct view *v, struct fault *f)
{
	struct stmt *row = pending_list(db, o->subject, o->cluster, f);
	struct output out;
	int got = row ? 1 : -1;

	output_init(&out, v->format);
	output_begin(&out);
	while (row && (got = stmt_step(row, f)) > 0) {
		if (!is_wanted(o, row) || !has_room(o, out.rows))
			continue;
		output_row(&out);
		output_text(&out, "kind", "pending");
		for (int i = 0; i < COL_COUNT; i++)
			output_text(&out, stmt_name(row, i), stmt_text(row, i, NULL));
		output_row_end(&out);
	}
	output_end(&out);
	if (got == 0)
		got = view_flush(v, &out, f);
	if (got == 0 && !out.rows)
		got = overview_empty(db, o, "pending violations", v, f);
	output_free(&out);
	return got;
}

int
ticket_pending_page(struct database *db, const struct ticket_options *o, const struct view *v,
	struct buf *page, struct fault *f)
{
	struct stmt *row;
	struct table *t;
	bool several;
	size_t count = 0;
	int got;

	if (overview_several(db, o, &several, f))
		return -1;
	row = pending_list(db, o->subject, o->cluster, f);
	got = row ? 1 : -1;
	t = table_open();
	table_column(t, "SEV", TABLE_LEFT);
	table_column(t, "SINCE", TABLE_RIGHT);
	table_column(t, "OPENS", TABLE_TIME);
	ticket_table_cluster(t, several);
	table_column(t, "WHAT", TABLE_SHRINK);
	while (row && (got = stmt_step(row, f)) > 0) {
		char text[VIEW_TIME_SIZE];

		if (!is_wanted(o, row) || !has_room(o, count))
			continue;
		count++;
		table_row(t);
		ticket_table_severity(t, 0, stmt_text(row, COL_SEVERITY, NULL), false);
		ticket_age(text, stmt_text(row, COL_FIRST, NULL), v->now_ms);
		table_cell(t, 1, text, TABLE_PLAIN);
		table_cell(t, 2, view_time_text(v, text, stmt_text(row, COL_OPENS, NULL)),
			TABLE_PLAIN);
		table_cell(t, 3, stmt_text(row, COL_CLUSTER, NULL), TABLE_PLAIN);
		ticket_table_what(t, 4, stmt_text(row, COL_INVARIANT, NULL),
			stmt_text(row, COL_STORE, NULL), stmt_text(row, COL_MESSAGE, NULL));
	}
	if (got == 0 && count)
		got = view_table(v, t, page, f);
	if (got == 0 && count)
		got = overview_line(db, o, v->now_ms, page, f);
	table_close(t);
	return got;
}
