/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_list.h"

#include <stdbool.h>

#include "base/buf.h"
#include "base/fault.h"
#include "ticket/database.h"
#include "ticket/list_events.h"
#include "ticket/overview.h"
#include "ticket/ticket.h"
#include "ticket/ticket_options.h"
#include "ticket/ticket_pending.h"
#include "ticket/ticket_rows.h"
#include "ticket/ticket_table.h"
#include "ticket/tickets.h"
#include "ticket/view.h"

enum {
	PIECE = 1 << 24, /* bytes that are read before they are printed */
	PAGE_MAX = 1 << 30,
};

/* Adds a ticket, unless it was pruned meanwhile. */
static int
put_ticket(struct database *db, int64_t id, struct output *out, struct fault *f)
{
	struct stmt *row = tickets_get(db, id, f);
	int got = row ? stmt_step(row, f) : -1;

	if (got <= 0)
		return got;
	output_row(out);
	ticket_put(out, row, 0);
	output_row_end(out);
	stmt_reset(row);
	return 0;
}

static int
print_rows(
	struct database *db, const struct ticket_rows *rows, const struct view *v, struct fault *f)
{
	struct output out;
	int result = 0;

	output_init(&out, v->format);
	output_begin(&out);
	for (size_t i = 0; i < rows->count && result == 0 && !ferror(v->out); i++) {
		result = put_ticket(db, rows->ids[i], &out, f);
		if (result == 0 && out.text.len > PIECE)
			result = view_flush(v, &out, f);
	}
	output_end(&out);
	if (result == 0)
		result = view_flush(v, &out, f);
	output_free(&out);
	return result;
}

int
ticket_list_page(struct database *db, const struct ticket_options *o, const struct view *v,
	struct buf *page, struct fault *f)
{
	struct ticket_rows rows;
	struct ticket_table *table;
	bool several;
	int result;

	if (o->pending)
		return ticket_pending_page(db, o, v, page, f);
	if (overview_several(db, o, &several, f) ||
		ticket_rows_find(db, o, o->sort ? o->sort : "worst", &rows, f))
		return -1;
	table = ticket_table_open(v, several);
	result = 0;
	for (size_t i = 0; i < rows.count && result == 0; i++)
		result = ticket_table_add(table, db, rows.ids[i], f);
	if (result == 0 && rows.count)
		result = ticket_table_page(table, page, f);
	if (result == 0 && rows.count)
		result = overview_line(db, o, v->now_ms, page, f);
	ticket_table_close(table);
	ticket_rows_free(&rows);
	return result;
}

static int
print_page(
	struct database *db, const struct ticket_options *o, const struct view *v, struct fault *f)
{
	struct buf page;
	int result;

	buf_init(&page, PAGE_MAX);
	result = ticket_list_page(db, o, v, &page, f);
	if (result == 0 && page.len)
		result = view_page(v, &page, f);
	else if (result == 0)
		result = overview_empty(db, o, o->pending ? "pending violations" : "tickets", v, f);
	buf_free(&page);
	return result;
}

static int
print_data(
	struct database *db, const struct ticket_options *o, const struct view *v, struct fault *f)
{
	struct ticket_rows rows;
	int result;

	if (o->pending)
		return ticket_pending(db, o, v, f);
	if (ticket_rows_find(db, o, o->sort, &rows, f))
		return -1;
	result = o->events ? list_events(db, o, &rows, v, f) : print_rows(db, &rows, v, f);
	if (result == 0 && !rows.count)
		result = overview_empty(db, o, "tickets", v, f);
	ticket_rows_free(&rows);
	return result;
}

static int
print_none(const struct ticket_options *o, const struct view *v, struct fault *f)
{
	const struct ticket_rows none = {.ids = NULL};
	int result = 0;

	if (o->events)
		result = list_events(NULL, o, &none, v, f);
	else if (v->format != FORMAT_TABLE)
		result = print_rows(NULL, &none, v, f);
	return result ? result : overview_empty(NULL, o, "tickets", v, f);
}

int
ticket_list(
	struct database *db, const struct ticket_options *o, const struct view *v, struct fault *f)
{
	if (!db)
		return print_none(o, v, f);
	if (overview_check(db, o, f))
		return -1;
	if (v->format == FORMAT_TABLE && !o->events)
		return print_page(db, o, v, f);
	return print_data(db, o, v, f);
}
