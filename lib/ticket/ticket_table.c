/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/table.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "stream/severity.h"
#include "ticket/database.h"
#include "ticket/ticket.h"
#include "ticket/tickets.h"
#include "ticket/view.h"

struct ticket_table {
	const struct view *view;
	struct table *table;
};

enum { ID, SEVERITY, STATUS, FLAGS, AGE, CLUSTER, WHAT };

struct ticket_table *
ticket_table_open(const struct view *v, bool several)
{
	struct ticket_table *t = mem_zero(1, sizeof *t);

	t->view = v;
	t->table = table_open();
	table_column(t->table, "ID", TABLE_RIGHT);
	table_column(t->table, "SEV", TABLE_LEFT);
	table_column(t->table, "STATUS", TABLE_LEFT);
	table_column(t->table, "FLAGS", TABLE_LEFT);
	table_column(t->table, "AGE", TABLE_RIGHT);
	ticket_table_cluster(t->table, several);
	table_column(t->table, "WHAT", TABLE_SHRINK);
	return t;
}

void
ticket_table_cluster(struct table *t, bool several)
{
	table_column(t, "CLUSTER", several ? TABLE_LEFT : TABLE_VARIED);
}

void
ticket_table_close(struct ticket_table *t)
{
	if (!t)
		return;
	table_close(t->table);
	free(t);
}

void
ticket_age(char out[32], const char *then, int64_t now_ms)
{
	int64_t ms;

	if (!then || timestamp_parse(then, strlen(then), &ms))
		text_format(out, 32, "?");
	else
		(void)view_age(out, ms, now_ms);
}

void
ticket_table_severity(struct table *t, size_t column, const char *severity, bool dim)
{
	enum table_tone tone = TABLE_PLAIN;
	enum severity found;

	if (!severity)
		return;
	found = severity_find(severity, strlen(severity));
	if (found == SEVERITY_CRITICAL)
		tone = TABLE_BAD;
	else if (found == SEVERITY_WARNING)
		tone = TABLE_WARN;
	table_cell(t, column, severity, dim ? TABLE_DIM : tone);
}

void
ticket_table_what(struct table *t, size_t column, const char *invariant, const char *store,
	const char *message)
{
	struct buf what;

	buf_init(&what, 1 << 22);
	buf_add_text(&what, invariant ? invariant : "");
	if (store)
		buf_printf(&what, " %s", store);
	if (message && *message)
		buf_printf(&what, ": %s", message);
	table_cell(t, column, what.data, TABLE_PLAIN);
	buf_free(&what);
}

/* The ticket's age, or how long it lasted. */
static void
put_age(struct ticket_table *t, struct stmt *row)
{
	const char *resolved = stmt_text(row, TICKET_RESOLVED_AT, NULL);
	int64_t end_ms = t->view->now_ms;
	char text[32];

	if (resolved && timestamp_parse(resolved, strlen(resolved), &end_ms))
		end_ms = t->view->now_ms;
	ticket_age(text, stmt_text(row, TICKET_FIRST_SEEN, NULL), end_ms);
	table_cell(t->table, AGE, text, TABLE_PLAIN);
}

static void
put_flags(struct ticket_table *t, struct stmt *row)
{
	const char *verdict = stmt_text(row, TICKET_VERDICT, NULL);
	bool unknown = verdict &&
		       (strcmp(verdict, "unknown") == 0 || strcmp(verdict, "not evaluated") == 0);
	char text[64];

	text_format(text, sizeof text, "%s%s%s%s", stmt_i64(row, TICKET_HELD) ? " HELD" : "",
		stmt_i64(row, TICKET_FLAPPING) ? " FLAPPING" : "",
		stmt_i64(row, TICKET_MUTED) ? " MUTED" : "", unknown ? " ?" : "");
	table_cell(t->table, FLAGS, text[0] ? text + 1 : "", TABLE_PLAIN);
}

static void
add_row(struct ticket_table *t, struct stmt *row)
{
	const char *status = stmt_text(row, TICKET_STATUS, NULL);
	bool done = strcmp(status, "resolved") == 0;
	char text[32];

	table_row(t->table);
	text_format(text, sizeof text, "TKT-%lld", (long long)stmt_i64(row, TICKET_ID));
	table_cell(t->table, ID, text, TABLE_PLAIN);
	ticket_table_severity(t->table, SEVERITY, stmt_text(row, TICKET_SEVERITY, NULL), done);
	table_cell(t->table, STATUS, status,
		done			      ? TABLE_GOOD
		: strcmp(status, "open") == 0 ? TABLE_WARN
					      : TABLE_PLAIN);
	put_flags(t, row);
	put_age(t, row);
	table_cell(t->table, CLUSTER, stmt_text(row, TICKET_CLUSTER, NULL), TABLE_PLAIN);
	ticket_table_what(t->table, WHAT, stmt_text(row, TICKET_INVARIANT, NULL),
		stmt_text(row, TICKET_STORE, NULL), stmt_text(row, TICKET_MESSAGE, NULL));
}

int
ticket_table_add(struct ticket_table *t, struct database *db, int64_t id, struct fault *f)
{
	struct stmt *row = tickets_get(db, id, f);
	int got = row ? stmt_step(row, f) : -1;

	if (got <= 0)
		return got;
	add_row(t, row);
	stmt_reset(row);
	return 0;
}

int
ticket_table_page(struct ticket_table *t, struct buf *page, struct fault *f)
{
	return view_table(t->view, t->table, page, f);
}
