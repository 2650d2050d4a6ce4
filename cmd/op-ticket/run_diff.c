/* SPDX-License-Identifier: ISC */
#include "base/cli.h"
#include "base/fault.h"
#include "op-ticket/run.h"
#include "ticket/database.h"
#include "ticket/database_uri.h"
#include "ticket/ticket_diff.h"
#include "ticket/ticket_options.h"
#include "ticket/view.h"

bool
run_check_diff(const struct ticket_options *o)
{
	if (!o->db.name)
		return true;
	cli_refuse("diff: --db: the two databases are operands");
	return false;
}

static int
open_one(struct database **db, const char *file, struct fault *f)
{
	const struct database_target target = {.name = file, .timeout_ms = -1};

	if (database_uri(&target))
		return fault_set(f, STATUS_USAGE,
			"diff: it compares files; op-ticket export makes one of a PostgreSQL");
	if (database_open(db, &target, DATABASE_READ, f))
		return -1;
	return *db ? 0 : fault_set(f, STATUS_CONFIG, "no database at %s", file);
}

int
run_diff(const struct ticket_options *o)
{
	struct database *a = NULL, *b = NULL;
	struct view v;
	struct fault f;
	bool same;
	int status;

	view_init(&v, o, stdout);
	if (open_one(&a, o->operands[0], &f) || open_one(&b, o->operands[1], &f) ||
		ticket_diff(a, b, o, &v, &same, &f))
		status = cli_report(&f);
	else
		status = same ? STATUS_OK : STATUS_NO;
	database_close(a);
	database_close(b);
	return status;
}
