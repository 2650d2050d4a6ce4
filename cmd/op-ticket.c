/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/cli.h"
#include "base/fault.h"
#include "op-ticket/command_line.h"
#include "op-ticket/run.h"
#include "op-ticket/ticket_commands.h"
#include "ticket/database.h"
#include "ticket/ticket_options.h"

/* op-ticket-pg serves tickets in PostgreSQL; diff compares files, its operands. */
static int
run(const struct ticket_options *o, char **argv)
{
	struct fault f;

	if (o->command->run != run_diff && database_hand_over(&o->db, argv, &f))
		return cli_report(&f);
	return o->command->run(o);
}

/* Warns readers; writers have been refused. */
static void
warn_of_links(const struct ticket_options *o)
{
	bool linked = o->command->run != run_diff && database_is_linked(&o->db);

	for (int i = 0; o->command->run == run_diff && i < o->operand_count; i++)
		linked |= database_is_linked(&(struct database_target){.name = o->operands[i]});
	if (linked)
		cli_say("warning: the database has several names (hard links), and a "
			"journal under another one is missed");
}

int
main(int argc, char **argv)
{
	struct ticket_options o;
	int status = STATUS_OK;

	cli_start();
	switch (ticket_options_parse(&o, ticket_commands, argc, argv)) {
	case PARSED_BAD:
		status = STATUS_USAGE;
		break;
	case PARSED_NO_CLOCK:
		status = STATUS_TRY_AGAIN;
		break;
	case PARSED_DONE:
		break;
	case PARSED_RUN:
		status = run(&o, argv);
		if (status != STATUS_CONFIG)
			warn_of_links(&o);
		break;
	}
	free(o.operands);
	return cli_finish(status);
}
