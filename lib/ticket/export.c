/* SPDX-License-Identifier: ISC */
#include "ticket/export.h"

#include <stdbool.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/json_write.h"
#include "base/out.h"
#include "base/utf8.h"
#include "ticket/database.h"
#include "ticket/ledger_cursor.h"
#include "ticket/transfer.h"

enum { PAGE_ROWS = 1000 };

/* The work on one export. */
struct export
{
	struct database *db;
	FILE *out;
	struct buf line;
	struct json_write json;
	int64_t records;
};

static void
begin_line(struct export *e, const char *kind)
{
	buf_clear(&e->line);
	json_write_init(&e->json, &e->line);
	json_write_object(&e->json);
	json_write_put_string(&e->json, "kind", kind);
}

static int
end_line(struct export *e, struct fault *f)
{
	json_write_object_end(&e->json);
	buf_add_char(&e->line, '\n');
	if (e->line.full)
		return fault_set(f, STATUS_DATA, "it is too long to be exported");
	out_bytes(e->out, e->line.data, e->line.len);
	return 0;
}

static int
put_text(struct export *e, const char *name, struct stmt *row, int n, struct fault *f)
{
	size_t len;
	const char *text = stmt_text(row, n, &len);

	if (utf8_check(text, len, utf8_is_nul) != len)
		return fault_set(f, STATUS_DATA, "its %s is not UTF-8", name);
	json_write_key(&e->json, name);
	json_write_string_n(&e->json, text, len);
	return 0;
}

static int
put_value(
	struct export *e, const struct transfer_column *c, struct stmt *row, int n, struct fault *f)
{
	if (stmt_is_null(row, n))
		json_write_put_null(&e->json, c->name);
	else if (c->type == TRANSFER_BOOLEAN)
		json_write_put_bool(&e->json, c->name, stmt_i64(row, n) != 0);
	else if (c->type == TRANSFER_INTEGER ||
		 (c->type == TRANSFER_NUMBER && stmt_is_integer(row, n)))
		json_write_put_i64(&e->json, c->name, stmt_i64(row, n));
	else if (c->type == TRANSFER_NUMBER)
		json_write_put_double(&e->json, c->name, stmt_double(row, n));
	else
		return put_text(e, c->name, row, n, f);
	return 0;
}

static int
put_row(struct export *e, const struct transfer_table *t, struct stmt *row, struct fault *f)
{
	begin_line(e, t->kind);
	for (int n = 0; n < t->column_count; n++)
		if (put_value(e, &t->columns[n], row, n, f))
			return -1;
	e->records++;
	return end_line(e, f);
}

/* Writes the rows of a statement, at most a page. Sets *last to the last row's first column. */
static int
put_page(struct export *e, const struct transfer_table *t, int64_t *last, size_t *count,
	struct fault *f)
{
	struct stmt *row = database_query(e->db, t->select, f);
	int got = row ? 1 : -1;

	*count = 0;
	transfer_restart(e->db);
	if (row && t->paged) {
		stmt_bind_i64(row, 1, *last);
		stmt_bind_i64(row, 2, PAGE_ROWS);
	}
	while (row && (got = stmt_step(row, f)) > 0) {
		if (t->paged)
			*last = stmt_i64(row, 0);
		++*count;
		if (put_row(e, t, row, f)) {
			if (t->paged)
				fault_prefix(f, "%s %lld", t->kind, (long long)*last);
			else
				fault_prefix(f, "%s %zu", t->kind, *count);
			stmt_reset(row);
			return -1;
		}
	}
	return got;
}

static int
put_table(struct export *e, const struct transfer_table *t, struct fault *f)
{
	int64_t last = 0;
	size_t count;

	do {
		if (put_page(e, t, &last, &count, f))
			return -1;
	} while (t->paged && count == PAGE_ROWS);
	return 0;
}

static int
put_begin(struct export *e, struct fault *f)
{
	struct transfer_counters c;
	char ledger[LEDGER_IDENTITY_SIZE];

	if (transfer_counters(e->db, &c, f) || ledger_identity(e->db, ledger, f))
		return -1;
	begin_line(e, "begin");
	json_write_put_string(&e->json, "stream", TRANSFER_STREAM);
	json_write_put_i64(&e->json, "v", TRANSFER_V);
	json_write_put_string(&e->json, "ledger_id", ledger);
	json_write_put_i64(&e->json, "last_ticket_id", c.ticket_id);
	json_write_put_i64(&e->json, "last_event_id", c.event_id);
	json_write_put_i64(&e->json, "last_mute_id", c.mute_id);
	return end_line(e, f);
}

static int
put_all(struct export *e, struct fault *f)
{
	if (put_begin(e, f))
		return -1;
	for (int i = 0; i < TRANSFER_KINDS; i++)
		if (put_table(e, &transfer_tables[i], f))
			return -1;
	begin_line(e, "end");
	json_write_put_i64(&e->json, "records", e->records);
	return end_line(e, f);
}

int
export_write(struct database *db, FILE *out, struct fault *f)
{
	struct export e = {.db = db, .out = out};
	int result;

	if (database_begin_read(db, f))
		return -1;
	buf_init(&e.line, TRANSFER_LINE_MAX);
	result = put_all(&e, f);
	buf_free(&e.line);
	database_rollback(db);
	return result;
}
