/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_status.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/json_write.h"
#include "base/table.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "ticket/cycles.h"
#include "ticket/database.h"
#include "ticket/overview.h"
#include "ticket/ticket.h"
#include "ticket/ticket_options.h"
#include "ticket/ticket_table.h"
#include "ticket/view.h"

enum { LATE_MAX = 1 << 28 };

/* The work on one print. */
struct survey {
	struct database *db;
	const struct ticket_options *o;
	const struct view *view;
	int64_t max_age_ms;
	bool fresh;
	bool any; /* a cycle was taken */
	struct output out;
	struct table *table;
};

/* The invariants of a cluster that are late. */
struct late {
	size_t count;
	struct buf json;  /* an array of them */
	struct buf names; /* for people */
};

static int
find_late(struct survey *s, struct stmt *of, struct late *late, struct fault *f)
{
	int64_t since_ms = s->view->now_ms - s->max_age_ms;
	char since[TIMESTAMP_SIZE] = "";
	struct json_write w;
	struct stmt *row;
	int got = -1;

	if (since_ms >= 0)
		timestamp_format(since, since_ms);
	json_write_init(&w, &late->json);
	json_write_array(&w);
	row = cycles_late(s->db, stmt_text(of, CYCLES_SUBJECT, NULL),
		stmt_text(of, CYCLES_CLUSTER, NULL), since, f);
	while (row && (got = stmt_step(row, f)) > 0) {
		json_write_object(&w);
		json_write_put_string(&w, "invariant_name", stmt_text(row, 0, NULL));
		json_write_put_string(&w, "last_complete_at", stmt_text(row, 1, NULL));
		json_write_put_string(&w, "last_listed_at", stmt_text(row, 2, NULL));
		json_write_object_end(&w);
		buf_printf(&late->names, "%s%s", late->count++ ? " " : "", stmt_text(row, 0, NULL));
	}
	json_write_array_end(&w);
	return got;
}

static void
put_table(struct survey *s, struct stmt *row, bool fresh, const struct late *late)
{
	char text[VIEW_TIME_SIZE];
	const char *at = stmt_text(row, CYCLES_LAST_AT, NULL);
	int64_t checks = stmt_i64(row, CYCLES_CHECKS);
	char all[32];

	text_format(all, sizeof all, "all %lld", (long long)checks);
	table_row(s->table);
	table_cell(s->table, 0, stmt_text(row, CYCLES_SUBJECT, NULL), TABLE_PLAIN);
	table_cell(s->table, 1, stmt_text(row, CYCLES_CLUSTER, NULL), TABLE_PLAIN);
	table_cell(s->table, 2, fresh ? "fresh" : "LATE", fresh ? TABLE_GOOD : TABLE_BAD);
	table_cell(s->table, 3, view_time_text(s->view, text, at), TABLE_PLAIN);
	ticket_age(text, at, s->view->now_ms);
	table_cell(s->table, 4, text, TABLE_PLAIN);
	table_cell(s->table, 5, stmt_text(row, CYCLES_UNRESOLVED, NULL), TABLE_PLAIN);
	table_cell(s->table, 6,
		late->count > 1 && (int64_t)late->count == checks ? all : late->names.data,
		TABLE_BAD);
}

static void
put_row(struct survey *s, struct stmt *row, bool fresh, int64_t last_ms, const struct late *late)
{
	struct output *o = &s->out;

	output_row(o);
	output_text(o, "subject", stmt_text(row, CYCLES_SUBJECT, NULL));
	output_text(o, "cluster", stmt_text(row, CYCLES_CLUSTER, NULL));
	output_text(o, "cluster_id", stmt_text(row, CYCLES_CLUSTER_ID, NULL));
	output_text(o, "last_at", stmt_text(row, CYCLES_LAST_AT, NULL));
	output_double(o, "age_s", (double)(s->view->now_ms - last_ms) / 1000);
	output_i64(o, "open_tickets", stmt_i64(row, CYCLES_UNRESOLVED));
	output_json(o, "late_invariants", (struct span){late->json.data, late->json.len});
	output_bool(o, "fresh", fresh);
	output_row_end(o);
}

static bool
is_wanted(const struct ticket_options *o, struct stmt *row)
{
	return (!o->subject || strcmp(o->subject, stmt_text(row, CYCLES_SUBJECT, NULL)) == 0) &&
	       (!o->cluster || strcmp(o->cluster, stmt_text(row, CYCLES_CLUSTER, NULL)) == 0);
}

static int
add_cluster(struct survey *s, struct stmt *row, struct fault *f)
{
	struct late late = {.count = 0};
	int64_t last_ms;
	bool fresh;
	int result;

	if (ticket_when(row, CYCLES_LAST_AT, &last_ms, f))
		return -1;
	buf_init(&late.json, LATE_MAX);
	buf_init(&late.names, LATE_MAX);
	result = find_late(s, row, &late, f);
	fresh = !late.count && s->view->now_ms - last_ms <= s->max_age_ms;
	s->fresh = s->fresh && fresh;
	s->any = true;
	if (result == 0 && s->view->format == FORMAT_TABLE)
		put_table(s, row, fresh, &late);
	else if (result == 0)
		put_row(s, row, fresh, last_ms, &late);
	buf_free(&late.json);
	buf_free(&late.names);
	return result;
}

/* Within one read transaction. */
static int
gather(struct survey *s, struct fault *f)
{
	struct stmt *row = cycles_list(s->db, f);
	int got = row ? 1 : -1;

	while (row && (got = stmt_step(row, f)) > 0) {
		if (is_wanted(s->o, row) && add_cluster(s, row, f)) {
			stmt_reset(row);
			return -1;
		}
	}
	return got;
}

static struct table *
new_table(void)
{
	struct table *t = table_open();

	table_column(t, "SUBJECT", TABLE_LEFT);
	table_column(t, "CLUSTER", TABLE_LEFT);
	table_column(t, "STATE", TABLE_LEFT);
	table_column(t, "LAST CYCLE", TABLE_TIME);
	table_column(t, "AGE", TABLE_RIGHT);
	table_column(t, "OPEN", TABLE_RIGHT);
	table_column(t, "NOT EVALUATED", TABLE_SHRINK);
	return t;
}

static int
print(struct survey *s, struct fault *f)
{
	struct buf page;
	int result;

	if (s->view->format != FORMAT_TABLE)
		return view_flush(s->view, &s->out, f);
	buf_init(&page, LATE_MAX);
	result = view_table(s->view, s->table, &page, f);
	if (result == 0 && page.len)
		result = view_page(s->view, &page, f);
	buf_free(&page);
	return result;
}

static int
survey(struct survey *s, struct fault *f)
{
	int result = 0;

	if (s->db && (database_begin_read(s->db, f) || overview_check(s->db, s->o, f)))
		return -1;
	if (s->view->format != FORMAT_TABLE)
		output_begin(&s->out);
	if (s->db) {
		result = gather(s, f);
		database_rollback(s->db);
	}
	if (s->view->format != FORMAT_TABLE)
		output_end(&s->out);
	if (result == 0)
		result = print(s, f);
	if (result == 0 && !s->db)
		return overview_no_database(s->o, f);
	if (result == 0 && !s->any)
		result = fault_set(f, STATUS_NO, "no cycle has been taken yet");
	return result;
}

int
ticket_status(struct database *db, const struct ticket_options *o, const struct view *v,
	bool *fresh, struct fault *f)
{
	struct survey s = {
		.db = db,
		.o = o,
		.view = v,
		.max_age_ms = o->max_age_ms < 0 ? STATUS_MAX_AGE_MS : o->max_age_ms,
		.fresh = true,
	};
	int result;

	output_init(&s.out, v->format == FORMAT_TABLE ? FORMAT_NDJSON : v->format);
	s.table = new_table();
	result = survey(&s, f);
	*fresh = s.fresh;
	table_close(s.table);
	output_free(&s.out);
	return result;
}
