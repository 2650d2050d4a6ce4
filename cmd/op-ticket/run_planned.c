/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/timestamp.h"
#include "op-ticket/run.h"
#include "ticket/actor.h"
#include "ticket/database.h"
#include "ticket/mutes.h"
#include "ticket/outbox.h"
#include "ticket/overview.h"
#include "ticket/planned.h"
#include "ticket/ticket.h"
#include "ticket/ticket_options.h"
#include "ticket/view.h"

bool
run_check_mute(const struct ticket_options *o)
{
	if (!o->cluster && !o->invariant && !o->store)
		cli_refuse("mute: --cluster, --invariant or --store is needed");
	else if ((o->for_ms >= 0) == (o->until.text != NULL))
		cli_refuse("mute: either --for or --until is needed");
	else if (!o->message)
		cli_refuse("mute: -m REASON is needed");
	else
		return true;
	return false;
}

/* The window of a mute. 0, or -1 after it has reported that the window is empty. */
static int
find_window(const struct ticket_options *o, int64_t now_ms, char from[TIMESTAMP_SIZE],
	char until[TIMESTAMP_SIZE])
{
	static const int64_t last_ms = 253402300799999; /* the end of the year 9999 */
	/* a cycle of this second counts already */
	int64_t from_ms = o->from.text ? o->from.ms : now_ms - now_ms % 1000;
	int64_t until_ms = o->until.ms;

	if (o->for_ms >= 0)
		until_ms = from_ms > last_ms - o->for_ms ? last_ms : from_ms + o->for_ms;
	if (until_ms <= from_ms)
		return cli_usage("mute: it would end before it begins");
	timestamp_format(from, from_ms);
	timestamp_format(until, until_ms);
	return 0;
}

/* Prints what was done, or reports the fault. Returns the exit status. */
static int
finish(struct outbox *out, int result, const struct fault *f)
{
	int status = result ? cli_report(f) : STATUS_OK;

	if (!result)
		run_print_outbox(out);
	outbox_free(out);
	return status;
}

int
run_mute(const struct ticket_options *o)
{
	char actor[ACTOR_SIZE], from[TIMESTAMP_SIZE], until[TIMESTAMP_SIZE];
	const struct mute_new m = {
		.cluster = o->cluster,
		.invariant = o->invariant,
		.store = o->store,
		.from = from,
		.until = until,
		.reason = o->message,
		.actor = actor_name(actor, o->actor),
		.utc = o->utc,
	};
	struct database *db;
	struct outbox out;
	struct fault f;
	int64_t now_ms;
	int result;

	if (clock_stamp_ms(&now_ms, &f))
		return cli_report(&f);
	if (find_window(o, now_ms, from, until))
		return STATUS_USAGE;
	/* the database need not exist yet: work may be planned before the first cycle */
	if (database_open(&db, &o->db, DATABASE_CREATE, &f))
		return cli_report(&f);
	outbox_init(&out, false, "");
	result = planned_mute(db, &m, now_ms, &out, &f);
	database_close(db);
	return finish(&out, result, &f);
}

int
run_unmute(const struct ticket_options *o)
{
	char actor[ACTOR_SIZE];
	struct database *db;
	struct outbox out;
	struct fault f;
	int64_t id, now_ms;
	int result;

	if (ticket_id_parse(o->operands[0], &id) || o->operands[0][0] > '9')
		return cli_usage("unmute: %s is not the id of a mute", o->operands[0]);
	if (clock_stamp_ms(&now_ms, &f) || database_open(&db, &o->db, DATABASE_CHANGE, &f))
		return cli_report(&f);
	outbox_init(&out, false, "");
	if (db)
		result = planned_unmute(db, id, actor_name(actor, o->actor), now_ms, &out, &f);
	else
		result = overview_no_database(o, &f);
	database_close(db);
	return finish(&out, result, &f);
}
