/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/out.h"
#include "op-ticket/command_line.h"
#include "op-ticket/run.h"
#include "ticket/actor.h"
#include "ticket/commands.h"
#include "ticket/database.h"
#include "ticket/diagnosis.h"
#include "ticket/outbox.h"
#include "ticket/overview.h"
#include "ticket/prune.h"
#include "ticket/ticket.h"
#include "ticket/ticket_options.h"

bool
run_check_target(const struct ticket_options *o)
{
	const char *name = o->command->name;
	/* operands that are not ids: a file, or the text of a note */
	int others = strcmp(name, "diagnose") == 0 || strcmp(name, "note") == 0;

	if (!o->batch && !o->operand_count)
		cli_refuse("%s: the id of a ticket, or --batch, is needed", name);
	else if (o->batch && o->operand_count > others)
		cli_refuse("%s: either ids or --batch, not both", name);
	else if (!o->batch && (o->cluster || o->subject))
		cli_refuse("%s: --cluster and --subject go with --batch", name);
	else
		return true;
	return false;
}

void
run_print_outbox(const struct outbox *out)
{
	out_bytes(stderr, out->people.data, out->people.len); /* a write error cannot be reported */
	out_bytes(stdout, out->events.data, out->events.len);
	(void)fflush(stdout); /* ferror(stdout) has it, too */
}

/* Runs it for the tickets that the first operands name. */
static int
run_command(const struct ticket_options *o, struct command *c, int id_count)
{
	char actor[ACTOR_SIZE];
	struct target target;
	struct outbox out;
	struct database *db;
	struct fault f;
	int status = run_read_target(o, id_count, &target);

	if (status != STATUS_OK)
		return status;
	c->actor = actor_name(actor, o->actor);
	outbox_init(&out, false, "");
	if (clock_stamp_ms(&c->now_ms, &f) || database_open(&db, &o->db, DATABASE_CHANGE, &f)) {
		status = cli_report(&f);
	} else {
		if (db ? commands_run(db, c, &target, &out, &f) : overview_no_database(o, &f))
			status = cli_report(&f);
		else
			run_print_outbox(&out);
		database_close(db);
	}
	outbox_free(&out);
	free(target.ids);
	return status;
}

static int
run_simple(const struct ticket_options *o, enum command_kind kind)
{
	struct command c = {.kind = kind, .hold_ms = o->for_ms, .message = span_of(o->message)};

	return run_command(o, &c, o->operand_count);
}

int
run_ack(const struct ticket_options *o)
{
	return run_simple(o, COMMAND_ACK);
}

int
run_resolve(const struct ticket_options *o)
{
	return run_simple(o, COMMAND_RESOLVE);
}

int
run_hold(const struct ticket_options *o)
{
	return run_simple(o, COMMAND_HOLD);
}

int
run_unhold(const struct ticket_options *o)
{
	return run_simple(o, COMMAND_UNHOLD);
}

/* Reads a text from a file or stdin and runs the command with it. */
static int
run_with_file(
	const struct ticket_options *o, enum command_kind kind, const char *file, int id_count)
{
	struct command c = {.kind = kind, .hold_ms = -1};
	char *text;
	size_t len;
	struct fault f;
	int status;

	if (diagnosis_read(file, &text, &len, &f))
		return cli_report(&f);
	if (kind == COMMAND_NOTE) /* the newline at the end belongs to the pipe */
		while (len && (text[len - 1] == '\n' || text[len - 1] == '\r'))
			len--;
	c.message = (struct span){text, len};
	status = run_command(o, &c, id_count);
	free(text);
	return status;
}

/* The last operand is the file unless it is an id; without one it is stdin. */
int
run_diagnose(const struct ticket_options *o)
{
	int last = o->operand_count - 1;
	int64_t id;
	bool has_file = last >= 0 &&
			(o->batch || (last > 0 && ticket_id_parse(o->operands[last], &id)));
	const char *file = has_file ? o->operands[last] : NULL;

	if (!file && isatty(STDIN_FILENO))
		return cli_usage(
			"diagnose: a diagnosis is expected on stdin, or a FILE; - is the terminal");
	return run_with_file(o, COMMAND_DIAGNOSE, file, has_file ? last : o->operand_count);
}

/* The text is -m, else the last operand, - for stdin; without either it is stdin. */
int
run_note(const struct ticket_options *o)
{
	int last = o->operand_count - 1;
	int64_t id;
	bool has_text = !o->message && last >= 0 &&
			(o->batch || (last > 0 && ticket_id_parse(o->operands[last], &id)));
	const char *text = has_text ? o->operands[last] : o->message;
	struct command c = {.kind = COMMAND_NOTE, .hold_ms = -1, .message = span_of(text)};

	if (!text && isatty(STDIN_FILENO))
		return cli_usage("note: a TEXT is expected, -m TEXT, or - for stdin");
	if (!text || strcmp(text, "-") == 0)
		return run_with_file(o, COMMAND_NOTE, "-", has_text ? last : o->operand_count);
	if (!*text)
		return cli_usage("note: the text must not be empty");
	return run_command(o, &c, has_text ? last : o->operand_count);
}

int
run_prune(const struct ticket_options *o)
{
	struct database *db;
	struct fault f;
	int64_t now_ms, count = 0;
	int status = STATUS_OK;

	if (o->older_than_ms < 0)
		return cli_usage("prune: --older-than is needed, such as --older-than 90d");
	if (clock_stamp_ms(&now_ms, &f) || database_open(&db, &o->db, DATABASE_CHANGE, &f))
		return cli_report(&f);
	if (db && prune(db, now_ms - o->older_than_ms, &count, &f))
		status = cli_report(&f);
	if (!status || count)
		out_format(stderr, "Pruned %lld tickets\n",
			(long long)count); /* a write error cannot be reported */
	database_close(db);
	return status;
}
