/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_events.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/glob.h"
#include "base/span.h"
#include "base/table.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "base/vis.h"
#include "ticket/database.h"
#include "ticket/event_line.h"
#include "ticket/ledger.h"
#include "ticket/ledger_cursor.h"
#include "ticket/overview.h"
#include "ticket/ticket.h"
#include "ticket/ticket_options.h"
#include "ticket/ticket_table.h"
#include "ticket/tickets.h"
#include "ticket/view.h"

enum {
	PIECE = 1 << 22, /* bytes that are read before they are printed */
	LOOK_EVERY_MS = 1000,
	FOLLOW_INDENT = 4,
};

enum { AT, TICKET, EVENT, ACTOR, CLUSTER, WHAT, NOTE };

/* The work on one call. */
struct events {
	struct database *db;
	const struct ticket_options *o;
	const struct view *view;
	int64_t ticket;
	int64_t skip; /* matches before the first that is shown */
	size_t shown;
	struct output out;
	struct table *table; /* for people; NULL with --follow, which prints lines */
};

static struct span
ticket_column(struct stmt *row, enum ticket_column n)
{
	return stmt_span(row, LEDGER_COLUMNS + (int)n);
}

static bool
is_named(const char *name, struct span text)
{
	return !name || span_is(text, name);
}

static bool
is_like(const char *pattern, struct span text)
{
	return !pattern || (text.at && glob_match(span_of(pattern), text));
}

static bool
is_wanted(const struct ticket_options *o, struct stmt *row)
{
	struct span at = stmt_span(row, LEDGER_AT);
	int64_t ms;

	if (!is_named(o->cluster, ticket_column(row, TICKET_CLUSTER)) ||
		!is_named(o->subject, ticket_column(row, TICKET_SUBJECT)) ||
		!is_like(o->invariant, ticket_column(row, TICKET_INVARIANT)) ||
		!is_like(o->store, ticket_column(row, TICKET_STORE)) ||
		!is_like(o->event, stmt_span(row, LEDGER_EVENT)))
		return false;
	if (o->muted && !stmt_i64(row, LEDGER_MUTED))
		return false;
	if (!o->since.text && !o->until.text)
		return true;
	if (timestamp_parse(at.at, at.len, &ms))
		return false;
	return (!o->since.text || ms >= o->since.ms) && (!o->until.text || ms <= o->until.ms);
}

static void
add_object(struct events *e, struct stmt *row)
{
	const struct event_line line = {
		.id = stmt_i64(row, LEDGER_ID),
		.ticket_id = stmt_i64(row, LEDGER_TICKET),
		.event = stmt_span(row, LEDGER_EVENT),
		.at = stmt_span(row, LEDGER_AT),
		.actor = stmt_span(row, LEDGER_ACTOR),
		.note = stmt_span(row, LEDGER_NOTE),
		.muted = stmt_i64(row, LEDGER_MUTED) != 0,
	};

	event_line_json(output_object(&e->out), &line, row, LEDGER_COLUMNS);
	output_object_end(&e->out);
}

static void
add_csv(struct events *e, struct stmt *row)
{
	static const struct {
		const char *key;
		enum ticket_column column;
	} of_ticket[] = {
		{"subject", TICKET_SUBJECT},
		{"cluster", TICKET_CLUSTER},
		{"invariant_name", TICKET_INVARIANT},
		{"store_id", TICKET_STORE},
		{"severity", TICKET_SEVERITY},
		{"message", TICKET_MESSAGE},
	};
	struct output *out = &e->out;

	output_row(out);
	output_text(out, "kind", "event");
	output_i64(out, "id", stmt_i64(row, LEDGER_ID));
	output_i64(out, "ticket_id", stmt_i64(row, LEDGER_TICKET));
	output_span(out, "event", stmt_span(row, LEDGER_EVENT));
	output_span(out, "at", stmt_span(row, LEDGER_AT));
	output_span(out, "actor", stmt_span(row, LEDGER_ACTOR));
	output_span(out, "note", stmt_span(row, LEDGER_NOTE));
	for (size_t i = 0; i < sizeof of_ticket / sizeof of_ticket[0]; i++)
		output_span(out, of_ticket[i].key, ticket_column(row, of_ticket[i].column));
	output_bool(out, "muted", stmt_i64(row, LEDGER_MUTED) != 0);
	output_row_end(out);
}

static void
add_table_row(struct events *e, struct stmt *row)
{
	char text[VIEW_TIME_SIZE];
	struct buf note;

	buf_init(&note, 1 << 20);
	view_note(e->view, &note, stmt_span(row, LEDGER_EVENT), stmt_span(row, LEDGER_NOTE));
	table_row(e->table);
	table_cell(e->table, AT, view_time_text(e->view, text, stmt_span(row, LEDGER_AT).at),
		TABLE_PLAIN);
	text_format(text, sizeof text, "TKT-%lld", (long long)stmt_i64(row, LEDGER_TICKET));
	table_cell(e->table, TICKET, text, TABLE_PLAIN);
	table_cell(e->table, EVENT, stmt_span(row, LEDGER_EVENT).at, TABLE_PLAIN);
	table_cell(e->table, ACTOR, stmt_span(row, LEDGER_ACTOR).at, TABLE_PLAIN);
	table_cell(e->table, CLUSTER, ticket_column(row, TICKET_CLUSTER).at, TABLE_PLAIN);
	ticket_table_what(e->table, WHAT, ticket_column(row, TICKET_INVARIANT).at,
		ticket_column(row, TICKET_STORE).at, NULL);
	table_cell(e->table, NOTE, note.data, TABLE_PLAIN);
	buf_free(&note);
}

static void
add_safe(struct buf *out, struct span text)
{
	vis_add(out, text.at, text.len);
}

/* For --follow: columns cannot be fitted to future events. */
static void
add_line(struct events *e, struct stmt *row)
{
	struct span store = ticket_column(row, TICKET_STORE);
	struct buf *out = &e->out.text;
	size_t start = out->len;
	char at[VIEW_TIME_SIZE];
	struct buf note;

	buf_init(&note, 1 << 20);
	view_note(e->view, &note, stmt_span(row, LEDGER_EVENT), stmt_span(row, LEDGER_NOTE));
	buf_printf(out, "%s  TKT-%-6lld  %-12s  ",
		view_time_text(e->view, at, stmt_span(row, LEDGER_AT).at),
		(long long)stmt_i64(row, LEDGER_TICKET), stmt_span(row, LEDGER_EVENT).at);
	add_safe(out, stmt_span(row, LEDGER_ACTOR));
	buf_add_text(out, "  ");
	add_safe(out, ticket_column(row, TICKET_INVARIANT));
	if (store.at) {
		buf_add_char(out, ' ');
		add_safe(out, store);
	}
	buf_add_text(out, " in ");
	add_safe(out, ticket_column(row, TICKET_CLUSTER));
	if (note.len) {
		buf_add_text(out, ": ");
		vis_add(out, note.data, note.len);
	}
	buf_add_char(out, '\n');
	view_fold(e->view, out, start, FOLLOW_INDENT);
	buf_free(&note);
}

static void
add(struct events *e, struct stmt *row)
{
	e->shown++;
	if (e->view->format == FORMAT_CSV)
		add_csv(e, row);
	else if (e->view->format != FORMAT_TABLE)
		add_object(e, row);
	else if (e->table)
		add_table_row(e, row);
	else
		add_line(e, row);
}

/* Counts the matches in one query's rows. 1: there may be more, 0: that was all, -1. */
static int
count_piece(struct events *e, int64_t *after, int64_t *count, struct fault *f)
{
	struct stmt *row = ledger_after(e->db, *after, e->ticket, f);
	int rows = 0, got = row ? 1 : -1;

	while (row && (got = stmt_step(row, f)) > 0) {
		*after = stmt_i64(row, LEDGER_ID);
		*count += is_wanted(e->o, row);
		rows++;
	}
	return got == 0 && !e->ticket ? rows == LEDGER_AT_ONCE : got;
}

static int
count_matches(struct events *e, int64_t after, int64_t *count, struct fault *f)
{
	int got;

	*count = 0;
	do
		got = count_piece(e, &after, count, f);
	while (got > 0);
	return got;
}

static void
move_cursor(struct event_cursor *last, struct stmt *row)
{
	last->id = stmt_i64(row, LEDGER_ID);
	text_format(last->at, sizeof last->at, "%s", stmt_text(row, LEDGER_AT, NULL));
}

/* 1: there may be more, 0: that was all, -1. */
static int
read_piece(struct events *e, struct event_cursor *last, struct fault *f)
{
	struct stmt *row = ledger_after(e->db, last->id, e->ticket, f);
	int rows = 0, got = row ? 1 : -1;

	while (row && e->out.text.len < PIECE && (got = stmt_step(row, f)) > 0) {
		move_cursor(last, row);
		rows++;
		if (!is_wanted(e->o, row))
			continue;
		if (e->skip)
			e->skip--;
		else
			add(e, row);
	}
	if (got > 0)
		stmt_reset(row);
	return got == 0 && !e->ticket ? rows == LEDGER_AT_ONCE : got;
}

static void
open_table(struct events *e)
{
	e->table = table_open();
	table_column(e->table, "AT", TABLE_TIME);
	table_column(e->table, "TICKET", TABLE_RIGHT);
	table_column(e->table, "EVENT", TABLE_LEFT);
	table_column(e->table, "ACTOR", TABLE_LEFT);
	table_column(e->table, "CLUSTER", TABLE_LEFT);
	table_column(e->table, "WHAT", TABLE_SHRINK);
	table_column(e->table, "NOTE", TABLE_SHRINK | TABLE_OPTIONAL);
}

static int
print(struct events *e, struct event_cursor *last, struct fault *f)
{
	int got = 1;

	if (e->view->format != FORMAT_TABLE)
		output_begin(&e->out);
	while (got > 0 && !ferror(e->view->out)) {
		got = read_piece(e, last, f);
		if (got >= 0 && view_flush(e->view, &e->out, f))
			return -1;
	}
	if (got == 0 && e->table)
		return view_print_table(e->view, e->table, f);
	if (got == 0 && e->view->format != FORMAT_TABLE) {
		output_end(&e->out);
		return view_flush(e->view, &e->out, f);
	}
	return got < 0 ? -1 : 0;
}

static int
expect_ticket(struct database *db, int64_t ticket, struct fault *f)
{
	int got = db ? tickets_have(db, ticket, f) : 0;

	if (got == 0)
		return fault_set(f, STATUS_NO, "there is no ticket %lld", (long long)ticket);
	return got < 0 ? -1 : 0;
}

/* If the event that was read last has changed, so has the database. */
static int
check_same(struct database *db, const struct event_cursor *last, struct fault *f)
{
	char at[sizeof last->at];
	int64_t end;

	if (ledger_last_id(db, &end, f) || ledger_at(db, last->id, at, f))
		return -1;
	if (last->id <= end && (!last->at[0] || !at[0] || strcmp(at, last->at) == 0))
		return 0;
	return fault_set(f, STATUS_DATA, "event %lld has changed: the database was replaced",
		(long long)last->id);
}

static int
run(struct events *e, bool first, struct event_cursor *last, struct fault *f)
{
	int64_t count = 0;

	if (first ? (overview_check(e->db, e->o, f) || ledger_cursor_check(e->db, &e->o->after, f))
		  : check_same(e->db, last, f) != 0)
		return -1;
	if (first && e->o->limit >= 0) {
		if (count_matches(e, last->id, &count, f))
			return -1;
		e->skip = count > e->o->limit ? count - e->o->limit : 0;
	}
	if (print(e, last, f))
		return -1;
	if (first && !e->shown && !e->o->follow)
		return overview_empty(e->db, e->o, "events", e->view, f);
	return 0;
}

int
ticket_events(struct database *db, int64_t ticket, const struct ticket_options *o,
	const struct view *v, bool first, struct event_cursor *last, struct fault *f)
{
	struct events e = {.db = db, .o = o, .view = v, .ticket = ticket};
	int result = 0;

	if (first && !db && ledger_cursor_check(NULL, &o->after, f))
		return -1;
	if (ticket && expect_ticket(db, ticket, f))
		return -1;
	output_init(&e.out, v->format == FORMAT_TABLE ? FORMAT_NDJSON : v->format);
	if (v->format == FORMAT_TABLE && !o->follow)
		open_table(&e);
	if (db) {
		result = run(&e, first, last, f);
	} else if (first) {
		if (v->format != FORMAT_TABLE) {
			output_begin(&e.out);
			output_end(&e.out);
			(void)view_flush(v, &e.out, f); /* a few bytes */
		}
		result = o->follow ? 0 : overview_empty(NULL, o, "events", v, f);
	}
	table_close(e.table);
	output_free(&e.out);
	return result;
}

bool
ticket_events_wait(FILE *out)
{
	struct pollfd reader = {.fd = fileno(out)};

	return poll(&reader, 1, LOOK_EVERY_MS) <= 0;
}
