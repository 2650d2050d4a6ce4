/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_status.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/json_write.h"
#include "base/table.h"
#include "base/timestamp.h"
#include "ticket/cycles.h"
#include "ticket/database.h"
#include "ticket/ticket.h"
#include "ticket/ticket_table.h"

enum { STATUS_MAX = 1 << 28 };

/* The work on one print. */
struct survey {
	struct database *db;
	enum ticket_format format;
	int64_t now_ms;
	int64_t max_age_ms;
	bool fresh;
	bool any; /* a cycle was taken */
	struct buf text;
	struct table *table;
};

static void
add_member(struct json_write *w, const char *key, struct stmt *row, int column)
{
	json_write_put_string(w, key, stmt_text(row, column, NULL));
}

/*
 * The invariants of the row's cluster that are late: as JSON in w, as a list
 * of names in names.
 */
static int
add_late(struct survey *s, struct stmt *of, struct json_write *w, struct buf *names, size_t *count,
	struct fault *f)
{
	struct stmt *row;
	int64_t since_ms = s->now_ms - s->max_age_ms;
	char since[TIMESTAMP_SIZE] = "";
	int got;

	if (since_ms >= 0)
		timestamp_format(since, since_ms);
	row = cycles_late(s->db, stmt_text(of, CYCLES_SUBJECT, NULL),
		stmt_text(of, CYCLES_CLUSTER, NULL), since, f);
	if (!row)
		return -1;
	while ((got = stmt_step(row, f)) > 0) {
		json_write_object(w);
		add_member(w, "invariant_name", row, 0);
		add_member(w, "last_complete_at", row, 1);
		add_member(w, "last_listed_at", row, 2);
		json_write_object_end(w);
		buf_printf(names, "%s%s", *count ? " " : "", stmt_text(row, 0, NULL));
		++*count;
	}
	return got;
}

static void
add_row(struct survey *s, struct stmt *row, bool fresh, const char *late)
{
	char age[32];

	ticket_age(age, stmt_text(row, CYCLES_LAST_AT, NULL), s->now_ms);
	table_row(s->table);
	table_cell(s->table, 0, stmt_text(row, CYCLES_SUBJECT, NULL), TABLE_PLAIN);
	table_cell(s->table, 1, stmt_text(row, CYCLES_CLUSTER, NULL), TABLE_PLAIN);
	table_cell(s->table, 2, fresh ? "fresh" : "LATE", fresh ? TABLE_GOOD : TABLE_BAD);
	table_cell(s->table, 3, stmt_text(row, CYCLES_LAST_AT, NULL), TABLE_PLAIN);
	table_cell(s->table, 4, age, TABLE_PLAIN);
	table_cell(s->table, 5, stmt_text(row, CYCLES_UNRESOLVED, NULL), TABLE_PLAIN);
	table_cell(s->table, 6, late, TABLE_BAD);
}

static int
add_cluster(struct survey *s, struct stmt *row, bool first, struct fault *f)
{
	struct buf names;
	struct json_write w;
	size_t late = 0;
	int64_t last_ms;
	bool fresh;

	if (ticket_when(row, CYCLES_LAST_AT, &last_ms, f))
		return -1;
	if (s->format == FORMAT_JSON && !first)
		buf_add_text(&s->text, ",\n");
	buf_init(&names, STATUS_MAX);
	json_write_init(&w, &s->text);
	json_write_object(&w);
	add_member(&w, "subject", row, CYCLES_SUBJECT);
	add_member(&w, "cluster", row, CYCLES_CLUSTER);
	add_member(&w, "cluster_id", row, CYCLES_CLUSTER_ID);
	add_member(&w, "last_at", row, CYCLES_LAST_AT);
	json_write_put_double(&w, "age_s", (double)(s->now_ms - last_ms) / 1000);
	json_write_put_i64(&w, "open_tickets", stmt_i64(row, CYCLES_UNRESOLVED));
	json_write_key(&w, "late_invariants");
	json_write_array(&w);
	if (add_late(s, row, &w, &names, &late, f)) {
		buf_free(&names);
		return -1;
	}
	json_write_array_end(&w);
	fresh = !late && s->now_ms - last_ms <= s->max_age_ms;
	json_write_put_bool(&w, "fresh", fresh);
	json_write_object_end(&w);
	buf_add_text(&s->text, s->format == FORMAT_NDJSON ? "\n" : "");
	if (s->format == FORMAT_TABLE)
		add_row(s, row, fresh, names.data);
	s->fresh = s->fresh && fresh;
	buf_free(&names);
	return 0;
}

/* Within one read transaction. */
static int
gather(struct survey *s, struct fault *f)
{
	struct stmt *row = cycles_list(s->db, f);
	bool first = true;
	int got;

	if (!row)
		return -1;
	while ((got = stmt_step(row, f)) > 0) {
		if (add_cluster(s, row, first, f)) {
			stmt_reset(row);
			return -1;
		}
		first = false;
	}
	s->any = !first;
	if (got == 0 && s->text.full)
		return fault_set(f, STATUS_TRY_AGAIN, "the status is larger than memory");
	return got;
}

static struct table *
new_table(void)
{
	struct table *t = table_open();

	table_column(t, "SUBJECT", TABLE_SHRINK);
	table_column(t, "CLUSTER", TABLE_SHRINK);
	table_column(t, "STATE", TABLE_LEFT);
	table_column(t, "LAST CYCLE", TABLE_SHRINK);
	table_column(t, "AGE", TABLE_RIGHT);
	table_column(t, "OPEN", TABLE_RIGHT);
	table_column(t, "NOT EVALUATED", TABLE_SHRINK);
	return t;
}

static int
print(struct survey *s, FILE *out, struct fault *f)
{
	if (s->format == FORMAT_TABLE)
		return table_print(s->table, out, f);
	(void)fputs(s->format == FORMAT_JSON ? "[" : "", out); /* whoever closes the FILE looks */
	(void)fwrite(s->text.data, 1, s->text.len, out);
	(void)fputs(s->format == FORMAT_JSON ? "]\n" : "", out);
	return 0;
}

int
ticket_status(struct database *db, enum ticket_format format, int64_t now_ms, int64_t max_age_ms,
	FILE *out, bool *fresh, struct fault *f)
{
	struct survey s = {
		.db = db,
		.format = format,
		.now_ms = now_ms,
		.max_age_ms = max_age_ms,
		.fresh = true,
	};
	int result = db ? database_begin_read(db, f) : 0;

	buf_init(&s.text, STATUS_MAX);
	s.table = new_table();
	if (db && result == 0) {
		result = gather(&s, f);
		database_rollback(db);
	}
	if (result == 0)
		result = print(&s, out, f);
	if (result == 0 && !s.any)
		result = fault_set(f, STATUS_NO, "no cycle has been taken yet");
	*fresh = s.fresh;
	table_close(s.table);
	buf_free(&s.text);
	return result;
}
