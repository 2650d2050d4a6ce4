/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cli.h"
#include "base/fault.h"
#include "base/out.h"
#include "op-ticket/run.h"
#include "ticket/database.h"
#include "ticket/overview.h"
#include "ticket/ticket_options.h"

/* Reports what was done to people; a write error on stderr cannot be reported. */
static void
report(const struct ticket_options *o, const char *what)
{
	char *name = database_name(&o->db);

	out_format(stderr, "%s: %s\n", name, what);
	free(name);
}

int
run_create(const struct ticket_options *o)
{
	struct fault f;
	bool made;

	if (database_create(&o->db, &made, &f))
		return cli_report(&f);
	report(o, made ? "created" : "it exists already");
	return STATUS_OK;
}

int
run_migrate(const struct ticket_options *o)
{
	struct fault f;
	int64_t from, to;

	if (database_migrate(&o->db, &from, &to, &f))
		return cli_report(&f);
	if (!to && overview_no_database(o, &f))
		return cli_report(&f);
	report(o, from == to ? "it has the current version" : "migrated");
	return STATUS_OK;
}
