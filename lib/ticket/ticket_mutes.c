/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_mutes.h"

#include "base/buf.h"
#include "base/fault.h"
#include "base/table.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "ticket/database.h"
#include "ticket/mutes.h"
#include "ticket/overview.h"
#include "ticket/ticket_options.h"
#include "ticket/view.h"

/* The columns of mutes_overlapping(). */
enum { ID, CLUSTER, INVARIANT, STORE, FROM, UNTIL, REASON, ACTOR, CREATED, LIFTED, COLUMNS };

static const char *const keys[COLUMNS] = {"id", "cluster", "invariant", "store", "from_at",
	"until_at", "reason", "actor", "created_at", "lifted_at"};

static void
put_row(struct output *out, struct stmt *row)
{
	output_row(out);
	output_i64(out, keys[ID], stmt_i64(row, ID));
	for (int i = CLUSTER; i < COLUMNS; i++)
		output_text(out, keys[i], stmt_text(row, i, NULL));
	output_row_end(out);
}

static const char *
pattern(struct stmt *row, int column)
{
	const char *text = stmt_text(row, column, NULL);

	return text ? text : "*";
}

static void
put_table(struct table *t, const struct view *v, struct stmt *row)
{
	char id[32], time[VIEW_TIME_SIZE];
	const char *lifted = stmt_text(row, LIFTED, NULL);

	text_format(id, sizeof id, "%lld", (long long)stmt_i64(row, ID));
	table_row(t);
	table_cell(t, 0, id, TABLE_PLAIN);
	table_cell(t, 1, view_time_text(v, time, stmt_text(row, FROM, NULL)), TABLE_PLAIN);
	table_cell(t, 2, view_time_text(v, time, lifted ? lifted : stmt_text(row, UNTIL, NULL)),
		lifted ? TABLE_WARN : TABLE_PLAIN);
	for (int i = CLUSTER; i <= STORE; i++)
		table_cell(t, i + 2, pattern(row, i), TABLE_PLAIN);
	table_cell(t, 6, stmt_text(row, ACTOR, NULL), TABLE_PLAIN);
	table_cell(t, 7, stmt_text(row, REASON, NULL), TABLE_PLAIN);
}

static struct table *
new_table(void)
{
	struct table *t = table_open();

	table_column(t, "ID", TABLE_RIGHT);
	table_column(t, "FROM", TABLE_TIME);
	table_column(t, "UNTIL", TABLE_TIME);
	table_column(t, "CLUSTER", TABLE_SHRINK);
	table_column(t, "INVARIANT", TABLE_SHRINK);
	table_column(t, "STORE", TABLE_SHRINK);
	table_column(t, "BY", TABLE_LEFT);
	table_column(t, "REASON", TABLE_SHRINK);
	return t;
}

static int
print(const struct view *v, struct table *t, struct output *out, struct fault *f)
{
	if (v->format != FORMAT_TABLE)
		return view_flush(v, out, f);
	return view_print_table(v, t, f);
}

/* Whether it has ended, by hand or by this machine's clock. */
static bool
is_over(struct stmt *row, int64_t now_ms)
{
	size_t len;
	const char *until = stmt_text(row, UNTIL, &len);
	int64_t ms;

	return !stmt_is_null(row, LIFTED) ||
	       (timestamp_parse(until, len, &ms) == 0 && ms <= now_ms);
}

/* Explains an empty answer. */
static int
explain_none(struct database *db, const struct ticket_options *o, int64_t ended,
	const struct view *v, struct fault *f)
{
	if (!db)
		return overview_empty(NULL, o, "mutes", v, f);
	if (!v->note)
		return 0;
	if (ended)
		buf_printf(v->note, "no mutes are in force or to come; --all lists %lld that ended",
			(long long)ended);
	else
		buf_add_text(v->note, "no mutes");
	return 0;
}

int
ticket_mutes(
	struct database *db, const struct ticket_options *o, const struct view *v, struct fault *f)
{
	struct stmt *row = db ? mutes_overlapping(db, NULL, NULL, f) : NULL;
	struct table *t = new_table();
	struct output out;
	int64_t shown = 0, ended = 0;
	int got = row || !db ? 0 : -1;

	output_init(&out, v->format == FORMAT_TABLE ? FORMAT_NDJSON : v->format);
	output_begin(&out);
	while (row && (got = stmt_step(row, f)) > 0) {
		if (!o->all && is_over(row, v->now_ms)) {
			ended++;
			continue;
		}
		shown++;
		if (v->format == FORMAT_TABLE)
			put_table(t, v, row);
		else
			put_row(&out, row);
	}
	output_end(&out);
	if (got == 0)
		got = print(v, t, &out, f);
	if (got == 0 && !shown)
		got = explain_none(db, o, ended, v, f);
	table_close(t);
	output_free(&out);
	return got;
}
