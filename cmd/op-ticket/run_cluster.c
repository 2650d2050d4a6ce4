/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/out.h"
#include "op-ticket/command_line.h"
#include "op-ticket/run.h"
#include "ticket/actor.h"
#include "ticket/cluster.h"
#include "ticket/database.h"
#include "ticket/outbox.h"
#include "ticket/overview.h"
#include "ticket/ticket_options.h"

bool
run_check_cluster(const struct ticket_options *o)
{
	if (o->cluster)
		return true;
	cli_refuse("%s: --cluster is needed", o->command->name);
	return false;
}

/* Adopts an id, or forgets if it is NULL. */
static int
change(const struct ticket_options *o, const char *id)
{
	char actor[ACTOR_SIZE];
	struct cluster_change c = {
		.cluster = o->cluster,
		.subject = o->subject,
		.actor = actor_name(actor, o->actor),
	};
	struct database *db;
	struct outbox out;
	struct fault f;
	int result, status = STATUS_OK;

	if (clock_stamp_ms(&c.now_ms, &f) || database_open(&db, &o->db, DATABASE_CHANGE, &f))
		return cli_report(&f);
	outbox_init(&out, false, "");
	if (!db)
		result = overview_no_database(o, &f);
	else if (id)
		result = cluster_adopt(db, &c, id, &out, &f);
	else
		result = cluster_forget(db, &c, o->invariant, &out, &f);
	if (result)
		status = cli_report(&f);
	else
		run_print_outbox(&out);
	database_close(db);
	outbox_free(&out);
	return status;
}

int
run_adopt(const struct ticket_options *o)
{
	if (!*o->operands[0])
		return cli_usage("adopt: the id must not be empty");
	return change(o, o->operands[0]);
}

/* Asks on the terminal. */
static bool
is_sure(const struct ticket_options *o)
{
	int answer, first;

	out_format(stderr, "Forget the cluster %s and resolve its tickets? [y/N] ",
		o->cluster); /* a write error cannot be reported */
	answer = first = getchar();
	while (answer != '\n' && answer != EOF)
		answer = getchar();
	return first == 'y' || first == 'Y';
}

int
run_forget(const struct ticket_options *o)
{
	if (o->invariant || o->yes)
		return change(o, NULL);
	if (!isatty(STDIN_FILENO))
		return cli_usage("forget: --yes is needed to forget a whole cluster");
	return is_sure(o) ? change(o, NULL) : STATUS_NO;
}
