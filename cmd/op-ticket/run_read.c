/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/fault.h"
#include "base/mem.h"
#include "op-ticket/run.h"
#include "op-ticket/watch.h"
#include "ticket/commands.h"
#include "ticket/database.h"
#include "ticket/ledger_cursor.h"
#include "ticket/overview.h"
#include "ticket/ticket.h"
#include "ticket/ticket_events.h"
#include "ticket/ticket_incidents.h"
#include "ticket/ticket_list.h"
#include "ticket/ticket_mutes.h"
#include "ticket/ticket_options.h"
#include "ticket/ticket_rows.h"
#include "ticket/ticket_show.h"
#include "ticket/ticket_stats.h"
#include "ticket/ticket_status.h"
#include "ticket/view.h"

enum { NOTE_MAX = 1 << 16 };

bool
run_check_list(const struct ticket_options *o)
{
	unsigned resolved = 1u << (TICKET_STATUSES - 1);
	const char *like = NULL;

	if (o->unresolved && o->statuses == resolved)
		cli_refuse("list: --open and --status resolved exclude each other");
	else if (o->unknown && o->statuses == resolved)
		cli_refuse("list: --unknown and --status resolved exclude each other: a resolved "
			   "ticket has no verdict");
	else if (o->pending &&
		 (o->statuses || o->unresolved || o->batch || o->severities || o->muted ||
			 o->unknown || o->sort || o->events || o->since.text || o->until.text))
		cli_refuse("list: --pending violations are no tickets: of the filters only "
			   "--store, --invariant, --cluster, --subject and --limit apply");
	else if (o->sort && ticket_rows_sortable(o->sort, &like))
		cli_refuse("list: --sort: %s is not a column%s%s%s", o->sort,
			like ? "; did you mean " : ", such as severity, age or first_seen_at",
			like ? like : "", like ? "?" : "");
	else if (o->events &&
		 (o->output == OUTPUT_JSON || o->output == OUTPUT_CSV || o->output == OUTPUT_TABLE))
		cli_refuse("list: --events writes a stream: use --ndjson");
	else if (o->watch_ms >= 0 && (o->output != OUTPUT_AUTO && o->output != OUTPUT_TABLE))
		cli_refuse("list: --watch shows a table: use --table");
	else if (o->watch_ms >= 0 && o->events)
		cli_refuse("list: --watch and --events exclude each other");
	else
		return true;
	return false;
}

bool
run_check_stats(const struct ticket_options *o)
{
	if (!o->sort || ticket_stats_sortable(o->sort) == 0)
		return true;
	cli_refuse("stats: --sort: %s: expected tickets, flapped, mttr or unknown", o->sort);
	return false;
}

/* Opens a view that keeps the explanation of an empty answer. */
static void
open_view(struct view *v, const struct ticket_options *o, struct buf *note)
{
	buf_init(note, NOTE_MAX);
	view_init(v, o, stdout);
	v->note = note;
}

/* Reports the fault, if any, else the explanation of an empty answer. Returns the exit status. */
static int
close_view(struct view *v, int result, const struct fault *f)
{
	int status = result ? cli_report(f) : STATUS_OK;

	if (!result && v->note->len)
		cli_say("%s", v->note->data);
	buf_free(v->note);
	return status;
}

/* Reads a database as one view, without writing to it. */
static int
read_with(const struct ticket_options *o,
	int (*show)(struct database *, const struct ticket_options *, const struct view *,
		struct fault *))
{
	struct view v;
	struct buf note;
	struct database *db = NULL;
	struct fault f;
	int result;

	open_view(&v, o, &note);
	result = database_open(&db, &o->db, DATABASE_READ, &f);
	if (result == 0)
		result = show(db, o, &v, &f);
	database_close(db);
	return close_view(&v, result, &f);
}

int
run_list(const struct ticket_options *o)
{
	if (o->watch_ms >= 0)
		return watch_list(o);
	return read_with(o, ticket_list);
}

int
run_incidents(const struct ticket_options *o)
{
	return read_with(o, ticket_incidents);
}

int
run_mutes(const struct ticket_options *o)
{
	return read_with(o, ticket_mutes);
}

int
run_stats(const struct ticket_options *o)
{
	return read_with(o, ticket_stats);
}

int
run_read_target(const struct ticket_options *o, int id_count, struct target *t)
{
	int64_t id;

	for (int i = 0; i < id_count; i++) {
		if (ticket_id_parse(o->operands[i], &id) == 0)
			continue;
		cli_refuse("%s: not the id of a ticket, such as 12 or TKT-12", o->operands[i]);
		return STATUS_USAGE;
	}
	*t = (struct target){.batch = o->batch, .subject = o->subject, .cluster = o->cluster};
	t->ids = mem_zero((size_t)id_count + 1, sizeof *t->ids);
	for (int i = 0; i < id_count; i++) {
		bool again = ticket_id_parse(o->operands[i], &id) != 0;

		for (size_t k = 0; k < t->id_count; k++)
			again |= t->ids[k] == id;
		if (!again)
			t->ids[t->id_count++] = id;
	}
	return STATUS_OK;
}

int
run_show(const struct ticket_options *o)
{
	struct target target;
	struct view v;
	struct database *db;
	struct fault f;
	int status = run_read_target(o, o->operand_count, &target);

	if (status != STATUS_OK)
		return status;
	view_init(&v, o, stdout);
	if (database_open(&db, &o->db, DATABASE_READ, &f)) {
		status = cli_report(&f);
	} else {
		if (db ? ticket_show(db, &target, &v, &f) : overview_no_database(o, &f))
			status = cli_report(&f);
		database_close(db);
	}
	free(target.ids);
	return status;
}

/* Prints new events, repeatedly with --follow. */
static int
print_events(const struct ticket_options *o, int64_t ticket)
{
	struct view v;
	struct buf note;
	struct fault f;
	struct event_cursor last = {.id = o->after.id};
	bool first = true;
	int status, result;

	do {
		struct database *db =
			NULL; /* the file may appear or be replaced, so open it again */

		open_view(&v, o, &note);
		result = database_open(&db, &o->db, DATABASE_READ, &f);
		if (result == 0)
			result = ticket_events(db, ticket, o, &v, first, &last, &f);
		database_close(db);
		status = close_view(&v, result, &f);
		first = false;
	} while (status == STATUS_OK && o->follow && fflush(stdout) == 0 &&
		 ticket_events_wait(stdout));
	return status;
}

static int
print_cursor(
	struct database *db, const struct ticket_options *o, const struct view *v, struct fault *f)
{
	(void)o;
	return ledger_cursor_print(db, v->out, f);
}

int
run_events(const struct ticket_options *o)
{
	struct target target;
	int64_t ticket;
	int status;

	if (o->follow && (o->output == OUTPUT_JSON || o->output == OUTPUT_CSV))
		return cli_usage("events: --follow never ends: use --ndjson");
	if (o->cursor)
		return read_with(o, print_cursor);
	status = run_read_target(o, o->operand_count, &target);
	if (status != STATUS_OK)
		return status;
	ticket = target.id_count ? target.ids[0] : 0;
	free(target.ids);
	return print_events(o, ticket);
}

int
run_status(const struct ticket_options *o)
{
	struct view v;
	struct database *db;
	struct fault f;
	bool good;
	int status;

	view_init(&v, o, stdout);
	if (database_open(&db, &o->db, DATABASE_READ, &f))
		return cli_report(&f);
	if (ticket_status(db, o, &v, &good, &f))
		status = cli_report(&f);
	else
		status = good ? STATUS_OK : STATUS_NO;
	database_close(db);
	return status;
}
