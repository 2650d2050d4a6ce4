/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/fault.h"
#include "base/out.h"
#include "op-ticket/run.h"
#include "ticket/database.h"
#include "ticket/export.h"
#include "ticket/import.h"
#include "ticket/overview.h"
#include "ticket/ticket_options.h"

int
run_export(const struct ticket_options *o)
{
	struct database *db;
	struct fault f;
	int status = STATUS_OK;

	if (database_open(&db, &o->db, DATABASE_COPY, &f))
		return cli_report(&f);
	if (!db && overview_no_database(o, &f)) {
		f.status = STATUS_CONFIG; /* nothing can be copied: worse than a "no" */
		return cli_report(&f);
	}
	if (export_write(db, stdout, &f))
		status = cli_report(&f);
	database_close(db);
	return status;
}

/* Creates the store only for a stream that begins correctly. */
static int
import(const struct ticket_options *o, struct import *in)
{
	struct import_counts n;
	struct database *db;
	struct fault f;

	if (database_open(&db, &o->db, DATABASE_CREATE, &f))
		return cli_report(&f);
	if (import_apply(in, db, &n, &f)) {
		database_discard(db);
		return cli_report(&f);
	}
	out_format(stderr,
		"Imported %" PRId64 " tickets and %" PRId64 " events, %" PRId64 " records in all\n",
		n.tickets, n.events, n.records); /* a write error cannot be reported */
	database_close(db);
	return STATUS_OK;
}

int
run_import(const struct ticket_options *o)
{
	struct import *in;
	struct fault f;
	int status;

	if (isatty(STDIN_FILENO))
		return cli_usage("import: the stream is expected on stdin: op-ticket --db A export "
				 "| op-ticket --db B import");
	in = import_open(STDIN_FILENO, &f);
	if (!in)
		return cli_report(&f);
	status = import(o, in);
	import_close(in);
	return status;
}
