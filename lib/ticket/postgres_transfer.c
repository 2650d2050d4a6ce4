/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/mem.h"
#include "ticket/database.h"
#include "ticket/postgres.h"
#include "ticket/postgres_store.h"
#include "ticket/transfer.h"

enum { ROWS_MAX = 2000, BYTES_MAX = 8 << 20, BUF_MAX = BYTES_MAX + TRANSFER_LINE_MAX };

/* Rows of one kind as a JSON array, which takes one round trip. */
struct transfer_rows {
	struct database *db;
	enum transfer_kind kind;
	struct buf array;
	size_t count;
};

/* The keys of a record are the columns, except for kind, which is ignored. */
static const char *const inserts[TRANSFER_KINDS] = {
	[TRANSFER_TICKET] = "INSERT INTO tickets"
			    " SELECT * FROM json_populate_recordset(NULL::tickets, $1::json)",
	[TRANSFER_EVENT] = "INSERT INTO ticket_events"
			   " SELECT * FROM json_populate_recordset(NULL::ticket_events, $1::json)",
	[TRANSFER_PENDING] = "INSERT INTO pending"
			     " SELECT * FROM json_populate_recordset(NULL::pending, $1::json)",
	[TRANSFER_CYCLE] = "INSERT INTO cycles"
			   " SELECT * FROM json_populate_recordset(NULL::cycles, $1::json)",
	[TRANSFER_CHECK] = "INSERT INTO checks"
			   " SELECT * FROM json_populate_recordset(NULL::checks, $1::json)",
	/* pg_catalog has a type named unknown */
	[TRANSFER_UNKNOWN] = "INSERT INTO unknown"
			     " SELECT * FROM json_to_recordset($1::json) AS u (subject text,"
			     " cluster text, invariant_name text, violation_key text,"
			     " store_id text, since text, reason text, missing text)",
	[TRANSFER_GAP] = "INSERT INTO gaps"
			 " SELECT * FROM json_populate_recordset(NULL::gaps, $1::json)",
	[TRANSFER_MUTE] = "INSERT INTO mutes"
			  " SELECT * FROM json_populate_recordset(NULL::mutes, $1::json)",
};

void
transfer_restart(struct database *db)
{
	postgres_restart(postgres_of(db));
}

/* The stream may be slow, but the server's limits are those of a short transaction. */
int
transfer_lock(struct database *db, struct fault *f)
{
	static const char limits_sql[] =
		"SELECT set_config('statement_timeout', '0', true),"
		" set_config('idle_in_transaction_session_timeout', '0', true)";
	static const char lock_sql[] = "LOCK TABLE cycles, op_ids IN EXCLUSIVE MODE";

	if (postgres_queue_text(db, limits_sql, f) || postgres_queue_text(db, lock_sql, f))
		return -1;
	return postgres_take(db, f);
}

struct transfer_rows *
transfer_rows_open(struct database *db)
{
	struct transfer_rows *r = mem_zero(1, sizeof *r);

	r->db = db;
	buf_init(&r->array, BUF_MAX);
	return r;
}

void
transfer_rows_close(struct transfer_rows *r)
{
	buf_free(&r->array);
	free(r);
}

int
transfer_flush(struct transfer_rows *r, struct fault *f)
{
	struct stmt *s;

	if (!r->count)
		return 0;
	buf_add_char(&r->array, ']');
	s = r->array.full ? NULL : database_query(r->db, inserts[r->kind], f);
	if (!s)
		return fault_set(f, STATUS_TRY_AGAIN, "not enough memory for the rows");
	transfer_restart(r->db);
	stmt_bind_span(s, 1, (struct span){r->array.data, r->array.len});
	r->count = 0;
	buf_clear(&r->array);
	return stmt_run(s, f);
}

int
transfer_insert(struct transfer_rows *r, enum transfer_kind kind,
	const struct transfer_value *values, struct span line, struct fault *f)
{
	(void)values;
	if ((kind != r->kind || r->count == ROWS_MAX || r->array.len > BYTES_MAX) &&
		transfer_flush(r, f))
		return -1;
	r->kind = kind;
	buf_add_char(&r->array, r->count++ ? ',' : '[');
	buf_add(&r->array, line.at, line.len);
	return 0;
}

int
transfer_counters(struct database *db, struct transfer_counters *c, struct fault *f)
{
	static const char sql[] = "SELECT last_ticket_id, last_event_id, last_mute_id FROM op_ids";
	struct stmt *row = database_query(db, sql, f);
	int got = row ? stmt_step(row, f) : -1;

	if (got == 0)
		return fault_set(f, STATUS_DATA, "the database is corrupt: op_ids is empty");
	if (got < 0)
		return -1;
	c->ticket_id = stmt_i64(row, 0);
	c->event_id = stmt_i64(row, 1);
	c->mute_id = stmt_i64(row, 2);
	stmt_reset(row);
	return 0;
}

int
transfer_set_counters(struct database *db, const struct transfer_counters *c, struct fault *f)
{
	static const char sql[] = "UPDATE op_ids"
				  " SET last_ticket_id = $1, last_event_id = $2, last_mute_id = $3";
	struct stmt *s = database_query(db, sql, f);

	if (!s)
		return -1;
	stmt_bind_i64(s, 1, c->ticket_id);
	stmt_bind_i64(s, 2, c->event_id);
	stmt_bind_i64(s, 3, c->mute_id);
	transfer_restart(db);
	return stmt_run(s, f);
}
