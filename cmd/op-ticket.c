/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/timestamp.h"
#include "ticket/actor.h"
#include "ticket/commands.h"
#include "ticket/database.h"
#include "ticket/diagnosis.h"
#include "ticket/ingest_stream.h"
#include "ticket/outbox.h"
#include "ticket/prune.h"
#include "ticket/rules.h"
#include "ticket/ticket_events.h"
#include "ticket/ticket_list.h"
#include "ticket/ticket_options.h"
#include "ticket/ticket_show.h"
#include "ticket/ticket_status.h"
#include "ticket/tickets.h"

/* Prints what the outbox holds. -1 where stdout does not take it; cli_finish() says so. */
static int
print_outbox(const struct outbox *out)
{
	(void)fwrite(
		out->people.data, 1, out->people.len, stderr); /* no place is left to complain */
	(void)fwrite(out->events.data, 1, out->events.len, stdout);
	return fflush(stdout) || ferror(stdout) ? -1 : 0;
}

static int
take_in(struct ingest_stream *in, const struct outbox *out)
{
	struct fault f;
	bool reported;
	int got;

	do {
		got = ingest_stream_next(in, &f);
		if (got < 0)
			return cli_report(&f);
		if (print_outbox(out))
			return STATUS_IO;
	} while (got > 0);
	if (ingest_stream_finish(in, &reported, &f))
		return reported ? f.status : cli_report(&f);
	return STATUS_OK;
}

static int
run_ingest(const struct ticket_options *o)
{
	struct outbox out;
	const struct ingest_stream_options options = {
		.file = o->file,
		.rehearse = o->dry_run,
		.gone_after_ms = o->gone_after_ms,
		.out = &out,
	};
	struct ingest_stream *in;
	struct fault f;
	int status;

	if (isatty(STDIN_FILENO))
		return cli_usage("ingest: verdict cycles are expected on stdin: op-check | "
				 "op-ticket ingest");
	outbox_init(&out, o->events || o->dry_run, o->dry_run ? "Dry run: " : "");
	in = ingest_stream_open(STDIN_FILENO, &options, &f);
	status = in ? take_in(in, &out) : cli_report(&f);
	ingest_stream_close(in);
	outbox_free(&out);
	return status;
}

static enum ticket_format
format_of(const struct ticket_options *o)
{
	switch (o->output) {
	case OUTPUT_JSON:
		return FORMAT_JSON;
	case OUTPUT_NDJSON:
		return FORMAT_NDJSON;
	case OUTPUT_TABLE:
		return FORMAT_TABLE;
	case OUTPUT_AUTO:
		break;
	}
	return isatty(STDOUT_FILENO) ? FORMAT_TABLE : FORMAT_NDJSON;
}

static int
run_list(const struct ticket_options *o)
{
	char since[TIMESTAMP_SIZE];
	const struct tickets_filter filter = {
		.status = o->status,
		.unresolved = o->unresolved,
		.batch = o->batch,
		.subject = o->subject,
		.cluster = o->cluster,
		.since = o->since_ms == TIMESTAMP_NEVER ? NULL : since,
	};
	struct database *db;
	struct fault f;
	int status = STATUS_OK;

	if (o->since_ms != TIMESTAMP_NEVER)
		timestamp_format(since, o->since_ms);
	if (database_open(&db, o->file, DATABASE_READ, &f))
		return cli_report(&f);
	if (ticket_list(db, &filter, format_of(o), clock_wall_ms(), stdout, &f))
		status = cli_report(&f);
	database_close(db);
	return status;
}

/* The target that the operands name; its ids are the caller's to free(). */
static int
read_target(const struct ticket_options *o, int id_count, struct target *t)
{
	*t = (struct target){.batch = o->batch, .subject = o->subject, .cluster = o->cluster};
	t->ids = mem_zero((size_t)id_count + 1, sizeof *t->ids);
	for (int i = 0; i < id_count; i++) {
		int64_t id;
		bool again = false;

		if (ticket_id_parse(o->operands[i], &id)) {
			free(t->ids);
			(void)cli_usage(
				"%s: not the id of a ticket, such as 12 or TKT-12", o->operands[i]);
			return STATUS_USAGE;
		}
		for (size_t k = 0; k < t->id_count; k++)
			again |= t->ids[k] == id;
		if (!again)
			t->ids[t->id_count++] = id;
	}
	return STATUS_OK;
}

static int
run_show(const struct ticket_options *o)
{
	struct target target;
	struct database *db;
	struct fault f;
	int status = read_target(o, o->operand_count, &target);

	if (status != STATUS_OK)
		return status;
	if (database_open(&db, o->file, DATABASE_READ, &f)) {
		status = cli_report(&f);
	} else {
		if (ticket_show(
			    db, &target, format_of(o) == FORMAT_TABLE, clock_wall_ms(), stdout, &f))
			status = cli_report(&f);
		database_close(db);
	}
	free(target.ids);
	return status;
}

static int
run_command(const struct ticket_options *o, const struct command *c, int id_count)
{
	struct target target;
	struct outbox out;
	struct database *db;
	struct fault f;
	int status = read_target(o, id_count, &target);

	if (status != STATUS_OK)
		return status;
	outbox_init(&out, false, "");
	if (database_open(&db, o->file, DATABASE_CHANGE, &f)) {
		status = cli_report(&f);
	} else {
		if (commands_run(db, c, &target, &out, &f))
			status = cli_report(&f);
		else
			(void)print_outbox(&out); /* there is nothing for stdout */
		database_close(db);
	}
	outbox_free(&out);
	free(target.ids);
	return status;
}

static int
run_simple(const struct ticket_options *o, enum command_kind kind)
{
	char actor[ACTOR_SIZE];
	struct command c = {.kind = kind, .now_ms = clock_wall_ms(), .hold_ms = o->hold_ms};

	c.actor = actor_name(actor);
	return run_command(o, &c, o->operand_count);
}

static int
run_ack(const struct ticket_options *o)
{
	return run_simple(o, COMMAND_ACK);
}

static int
run_resolve(const struct ticket_options *o)
{
	return run_simple(o, COMMAND_RESOLVE);
}

static int
run_hold(const struct ticket_options *o)
{
	return run_simple(o, COMMAND_HOLD);
}

static int
run_unhold(const struct ticket_options *o)
{
	return run_simple(o, COMMAND_UNHOLD);
}

/* The last operand is the file unless it is an id; without one it is stdin. */
static int
run_diagnose(const struct ticket_options *o)
{
	int last = o->operand_count - 1;
	int64_t id;
	bool has_file = last >= 0 &&
			(o->batch || (last > 0 && ticket_id_parse(o->operands[last], &id)));
	const char *file = has_file ? o->operands[last] : NULL;
	char actor[ACTOR_SIZE];
	struct command c = {.kind = COMMAND_DIAGNOSE, .now_ms = clock_wall_ms()};
	char *text;
	struct fault f;
	int status;

	if (!file && isatty(STDIN_FILENO))
		return cli_usage(
			"diagnose: a diagnosis is expected on stdin, or a FILE; - is the terminal");
	if (diagnosis_read(file, &text, &c.diagnosis_len, &f))
		return cli_report(&f);
	c.diagnosis = text;
	c.actor = actor_name(actor);
	status = run_command(o, &c, has_file ? last : o->operand_count);
	free(text);
	return status;
}

/* Prints what has come since, again and again where it follows. */
static int
print_events(const struct ticket_options *o, int64_t ticket)
{
	struct fault f;
	int64_t last = o->after;
	int status = STATUS_OK;

	do {
		struct database
			*db; /* opened anew each time: the file may come, or be another one */

		if (database_open(&db, o->file, DATABASE_READ, &f))
			return cli_report(&f);
		if (ticket_events(db, ticket, format_of(o), &last, stdout, &f))
			status = cli_report(&f);
		database_close(db);
	} while (status == STATUS_OK && o->follow && fflush(stdout) == 0 &&
		 ticket_events_wait(stdout));
	return status;
}

static int
run_events(const struct ticket_options *o)
{
	struct target target;
	int64_t ticket;
	int status;

	if (o->follow && o->output == OUTPUT_JSON)
		return cli_usage("events: --follow never ends an array: --ndjson it is");
	status = read_target(o, o->operand_count, &target);
	if (status != STATUS_OK)
		return status;
	ticket = target.id_count ? target.ids[0] : 0;
	free(target.ids);
	return print_events(o, ticket);
}

static int
run_status(const struct ticket_options *o)
{
	struct database *db;
	struct fault f;
	bool fresh;
	int status;

	if (database_open(&db, o->file, DATABASE_READ, &f))
		return cli_report(&f);
	if (ticket_status(db, format_of(o), clock_wall_ms(), o->max_age_ms, stdout, &fresh, &f))
		status = cli_report(&f);
	else
		status = fresh ? STATUS_OK : STATUS_NO;
	database_close(db);
	return status;
}

static int
run_prune(const struct ticket_options *o)
{
	struct database *db;
	struct fault f;
	int64_t count = 0;
	int status = STATUS_OK;

	if (database_open(&db, o->file, DATABASE_CHANGE, &f))
		return cli_report(&f);
	if (db && prune(db, clock_wall_ms() - o->older_than_ms, &count, &f))
		status = cli_report(&f);
	if (!status || count)
		(void)fprintf(stderr, "Pruned %lld tickets\n",
			(long long)count); /* the last place to complain */
	database_close(db);
	return status;
}

static int (*const runs[TICKET_COMMANDS])(const struct ticket_options *o) = {
	[TICKET_INGEST] = run_ingest,
	[TICKET_LIST] = run_list,
	[TICKET_SHOW] = run_show,
	[TICKET_ACK] = run_ack,
	[TICKET_DIAGNOSE] = run_diagnose,
	[TICKET_RESOLVE] = run_resolve,
	[TICKET_HOLD] = run_hold,
	[TICKET_UNHOLD] = run_unhold,
	[TICKET_EVENTS] = run_events,
	[TICKET_STATUS_OF_CHECKS] = run_status,
	[TICKET_PRUNE] = run_prune,
};

int
main(int argc, char **argv)
{
	struct ticket_options o;
	const char *help;
	int status = STATUS_OK;

	cli_start();
	switch (ticket_options_parse(&o, argc, argv, &help)) {
	case PARSED_BAD:
		status = STATUS_USAGE;
		break;
	case PARSED_HELP:
		(void)fputs(help, stdout); /* cli_finish() looks */
		break;
	case PARSED_VERSION:
		(void)puts("op-ticket " OP_VERSION);
		break;
	case PARSED_RUN:
		status = runs[o.command](&o);
		break;
	}
	free(o.operands);
	return cli_finish(status);
}
