/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/cli.h"
#include "base/fault.h"
#include "op-ticket/command_line.h"
#include "op-ticket/ticket_commands.h"
#include "ticket/database.h"
#include "ticket/ticket_options.h"

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
		status = o.command->run(&o);
		if (status != STATUS_CONFIG && database_is_linked(o.file))
			cli_say("warning: the database has several names (hard links), and a "
				"journal under another one is missed");
		break;
	}
	free(o.operands);
	return cli_finish(status);
}
