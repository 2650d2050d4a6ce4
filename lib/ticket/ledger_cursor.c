/* SPDX-License-Identifier: ISC */
#include "ticket/ledger_cursor.h"

#include <string.h>

#include "base/fault.h"
#include "base/number.h"
#include "base/out.h"
#include "ticket/database.h"
#include "ticket/ledger.h"

int
ledger_cursor_parse(const char *text, struct ledger_cursor *c)
{
	struct span rest = span_of(text);
	struct span id = span_cut(&rest, ':');
	uint64_t n;

	if (number_u64(id.at, id.len, INT64_MAX, &n) || (rest.at && !rest.len))
		return -1;
	*c = (struct ledger_cursor){.id = (int64_t)n, .ledger = rest};
	return 0;
}

/* Steps to the one row that has the identity. */
static struct stmt *
find_identity(struct database *db, struct fault *f)
{
	static const char sql[] = "SELECT ledger_id FROM op_store";
	struct stmt *row = database_query(db, sql, f);
	int got = row ? stmt_step(row, f) : -1;

	if (got == 0)
		fault_put(f, STATUS_DATA, "the database has no identity");
	return got > 0 ? row : NULL;
}

int
ledger_identity(struct database *db, char id[LEDGER_IDENTITY_SIZE], struct fault *f)
{
	struct stmt *row = find_identity(db, f);
	const char *text;
	size_t len;

	if (!row)
		return -1;
	text = stmt_text(row, 0, &len);
	if (len < LEDGER_IDENTITY_SIZE)
		memcpy(id, text, len + 1);
	stmt_reset(row);
	if (len < LEDGER_IDENTITY_SIZE)
		return 0;
	return fault_set(f, STATUS_DATA, "the database is corrupt: its identity is invalid");
}

int
ledger_set_identity(struct database *db, const char *id, struct fault *f)
{
	static const char sql[] = "UPDATE op_store SET ledger_id = $1";
	struct stmt *s = database_query(db, sql, f);

	if (!s)
		return -1;
	stmt_bind_text(s, 1, id);
	return stmt_run(s, f);
}

static int
check_identity(struct database *db, struct span ledger, struct fault *f)
{
	struct stmt *row = find_identity(db, f);
	struct span own;
	bool same;

	if (!row)
		return -1;
	own = stmt_span(row, 0);
	same = own.len == ledger.len && memcmp(own.at, ledger.at, own.len) == 0;
	stmt_reset(row);
	if (same)
		return 0;
	return fault_set(f, STATUS_DATA, "--after: the cursor is of another database");
}

int
ledger_cursor_check(struct database *db, const struct ledger_cursor *c, struct fault *f)
{
	int64_t last;

	if (!db)
		return c->id ? fault_set(f, STATUS_DATA, "--after %lld: there is no database",
				       (long long)c->id)
			     : 0;
	if (c->ledger.at && check_identity(db, c->ledger, f))
		return -1;
	if (!c->id)
		return 0;
	if (ledger_last_id(db, &last, f))
		return -1;
	if (c->id <= last)
		return 0;
	return fault_set(f, STATUS_DATA,
		"--after %lld is beyond the last event, %lld: it is of another database, or "
		"this one has lost events",
		(long long)c->id, (long long)last);
}

int
ledger_cursor_print(struct database *db, FILE *out, struct fault *f)
{
	struct stmt *row;
	int64_t last;

	if (!db) {
		out_text(out, "0\n");
		return 0;
	}
	if (ledger_last_id(db, &last, f))
		return -1;
	row = find_identity(db, f);
	if (!row)
		return -1;
	out_format(out, "%lld:%s\n", (long long)last, stmt_text(row, 0, NULL));
	stmt_reset(row);
	return 0;
}
