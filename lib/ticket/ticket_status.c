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
#include "ticket/checks.h"
#include "ticket/cycles.h"
#include "ticket/database.h"
#include "ticket/lease.h"
#include "ticket/overview.h"
#include "ticket/pending.h"
#include "ticket/rules.h"
#include "ticket/ticket.h"
#include "ticket/ticket_options.h"
#include "ticket/ticket_table.h"
#include "ticket/tickets.h"
#include "ticket/unknown.h"
#include "ticket/view.h"

enum { LATE_MAX = 1 << 28, STATUS_HOLDER = 12 /* a column */ };

/* The work on one print. */
struct survey {
	struct database *db;
	const struct ticket_options *o;
	const struct view *view;
	int64_t max_age_ms;
	int64_t max_unknown_ms;
	bool good;
	bool any;	  /* a cycle was taken */
	bool held;	  /* a cluster has a holder */
	int64_t clock_ms; /* the database's */
	struct output out;
	struct table *table;
};

/* Invariants with a problem. */
struct wrong_names {
	size_t count;
	struct buf json; /* an array of them */
	struct buf text; /* for people */
};

/* One cluster. */
struct state {
	const char *subject, *cluster, *last_at;
	int64_t last_ms;
	struct wrong_names late;
	struct wrong_names blind;
	size_t never; /* of the blind ones: without any known verdict ever */
	bool fresh, ahead;
	struct tickets_tally tickets;
	int64_t pending, unknown;
	const char *holder; /* of a valid lease, or NULL */
};

/* Formats the time that long ago, as in the tables. */
static void
format_since(char since[TIMESTAMP_SIZE], int64_t now_ms, int64_t ago_ms)
{
	*since = '\0';
	if (now_ms >= ago_ms)
		timestamp_format(since, now_ms - ago_ms);
}

/* Gathers the rows; columns after the first become members of these names. */
static int
gather_names(struct wrong_names *n, struct stmt *row, const char *const *columns, size_t count,
	size_t *nulls, struct fault *f)
{
	struct json_write w;
	int got = -1;

	buf_init(&n->json, LATE_MAX);
	buf_init(&n->text, LATE_MAX);
	json_write_init(&w, &n->json);
	json_write_array(&w);
	while (row && (got = stmt_step(row, f)) > 0) {
		json_write_object(&w);
		for (size_t i = 0; i < count; i++)
			json_write_put_string(&w, columns[i], stmt_text(row, (int)i, NULL));
		json_write_object_end(&w);
		*nulls += stmt_is_null(row, 1);
		buf_printf(&n->text, "%s%s", n->count++ ? " " : "", stmt_text(row, 0, NULL));
	}
	json_write_array_end(&w);
	return got;
}

static int
find_names(struct survey *s, struct state *c, struct fault *f)
{
	static const char *const late[] = {"invariant_name", "last_complete_at", "last_listed_at"};
	static const char *const blind[] = {"invariant_name", "last_known_at"};
	char since[TIMESTAMP_SIZE];
	size_t nulls = 0;

	format_since(since, s->view->now_ms, s->max_age_ms);
	if (gather_names(&c->late, checks_late(s->db, c->subject, c->cluster, since, f), late, 3,
		    &nulls, f))
		return -1;
	format_since(since, s->view->now_ms, s->max_unknown_ms);
	return gather_names(&c->blind, checks_blind(s->db, c->subject, c->cluster, since, f), blind,
		2, &c->never, f);
}

static void
names_free(struct wrong_names *n)
{
	buf_free(&n->json);
	buf_free(&n->text);
}

static bool
is_blind(const struct state *c)
{
	return c->blind.count > c->never;
}

static bool
is_good(const struct survey *s, const struct state *c)
{
	if (!c->fresh || c->ahead)
		return false;
	if (s->o->max_unknown_ms >= 0 && is_blind(c))
		return false;
	return !s->o->strict || !c->never;
}

static void
put_count(struct survey *s, int column, int64_t n)
{
	char text[32];

	text_format(text, sizeof text, "%lld", (long long)n);
	table_cell(s->table, column, text, TABLE_PLAIN);
}

static void
put_names(struct survey *s, int column, const struct wrong_names *n, int64_t checks)
{
	char all[32];

	text_format(all, sizeof all, "all %lld", (long long)checks);
	table_cell(s->table, column,
		n->count > 1 && (int64_t)n->count == checks ? all : n->text.data, TABLE_BAD);
}

static void
put_table(struct survey *s, struct stmt *row, const struct state *c)
{
	char text[VIEW_TIME_SIZE];
	int64_t checks = stmt_i64(row, CYCLES_CHECKS);
	const char *word = c->ahead	 ? "AHEAD"
			   : !c->fresh	 ? "LATE"
			   : is_blind(c) ? "BLIND"
					 : "fresh";

	table_row(s->table);
	table_cell(s->table, 0, c->subject, TABLE_PLAIN);
	table_cell(s->table, 1, c->cluster, TABLE_PLAIN);
	table_cell(s->table, 2, word, strcmp(word, "fresh") == 0 ? TABLE_GOOD : TABLE_BAD);
	table_cell(s->table, 3, view_time_text(s->view, text, c->last_at), TABLE_PLAIN);
	ticket_age(text, c->last_at, s->view->now_ms);
	table_cell(s->table, 4, text, TABLE_PLAIN);
	put_count(s, 5, c->tickets.open);
	put_count(s, 6, c->tickets.critical);
	put_count(s, 7, c->tickets.warning);
	put_count(s, 8, c->pending);
	put_count(s, 9, c->unknown);
	put_names(s, 10, &c->late, checks);
	put_names(s, 11, &c->blind, checks);
	table_cell(s->table, STATUS_HOLDER, c->holder, TABLE_PLAIN);
}

static void
put_row(struct survey *s, struct stmt *row, const struct state *c)
{
	struct output *o = &s->out;

	output_row(o);
	output_text(o, "subject", c->subject);
	output_text(o, "cluster", c->cluster);
	output_text(o, "cluster_id", stmt_text(row, CYCLES_CLUSTER_ID, NULL));
	output_text(o, "last_at", c->last_at);
	output_double(o, "age_s", (double)(s->view->now_ms - c->last_ms) / 1000);
	output_i64(o, "open_tickets", c->tickets.open);
	output_i64(o, "open_critical", c->tickets.critical);
	output_i64(o, "open_warning", c->tickets.warning);
	output_i64(o, "muted_tickets", c->tickets.muted);
	output_i64(o, "pending", c->pending);
	output_i64(o, "unknown", c->unknown);
	output_json(o, "late_invariants", (struct span){c->late.json.data, c->late.json.len});
	output_json(o, "blind_invariants", (struct span){c->blind.json.data, c->blind.json.len});
	output_bool(o, "ahead", c->ahead);
	output_bool(o, "blind", is_blind(c));
	output_bool(o, "fresh", c->fresh);
	output_text(o, "holder", c->holder);
	output_text(
		o, "holder_until", c->holder ? stmt_text(row, CYCLES_HOLDER_UNTIL, NULL) : NULL);
	output_row_end(o);
}

static bool
is_wanted(const struct ticket_options *o, struct stmt *row)
{
	return (!o->subject || strcmp(o->subject, stmt_text(row, CYCLES_SUBJECT, NULL)) == 0) &&
	       (!o->cluster || strcmp(o->cluster, stmt_text(row, CYCLES_CLUSTER, NULL)) == 0);
}

/* Sets c->holder. */
static int
find_holder(struct survey *s, struct stmt *row, struct state *c, struct fault *f)
{
	int64_t until_ms;

	if (ticket_when(row, CYCLES_HOLDER_UNTIL, &until_ms, f))
		return -1;
	c->holder = lease_holder(stmt_text(row, CYCLES_HOLDER, NULL), until_ms, s->clock_ms);
	s->held |= c->holder != NULL;
	return 0;
}

static int
fill_state(struct survey *s, struct stmt *row, struct state *c, struct fault *f)
{
	int64_t now_ms = s->view->now_ms;

	*c = (struct state){
		.subject = stmt_text(row, CYCLES_SUBJECT, NULL),
		.cluster = stmt_text(row, CYCLES_CLUSTER, NULL),
		.last_at = stmt_text(row, CYCLES_LAST_AT, NULL),
	};
	if (ticket_when(row, CYCLES_LAST_AT, &c->last_ms, f) || find_names(s, c, f) ||
		find_holder(s, row, c, f) ||
		tickets_count(s->db, c->subject, c->cluster, &c->tickets, f) ||
		pending_count(s->db, c->subject, c->cluster, &c->pending, f) ||
		unknown_count(s->db, c->subject, c->cluster, &c->unknown, f))
		return -1;
	c->ahead = rules_ahead(c->last_ms, now_ms);
	c->fresh = !c->late.count && !c->ahead && now_ms - c->last_ms <= s->max_age_ms;
	return 0;
}

static int
add_cluster(struct survey *s, struct stmt *row, struct fault *f)
{
	struct state c;
	int result = fill_state(s, row, &c, f);

	if (result == 0) {
		s->any = true;
		s->good = s->good && is_good(s, &c);
		if (s->view->format == FORMAT_TABLE)
			put_table(s, row, &c);
		else
			put_row(s, row, &c);
	}
	names_free(&c.late);
	names_free(&c.blind);
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

	table_column(t, "SUBJECT", TABLE_LEFT | TABLE_OPTIONAL);
	table_column(t, "CLUSTER", TABLE_LEFT);
	table_column(t, "STATE", TABLE_LEFT);
	table_column(t, "LAST CYCLE", TABLE_TIME | TABLE_OPTIONAL);
	table_column(t, "AGE", TABLE_RIGHT);
	table_column(t, "OPEN", TABLE_RIGHT);
	table_column(t, "CRITICAL", TABLE_RIGHT);
	table_column(t, "WARNING", TABLE_RIGHT | TABLE_OPTIONAL);
	table_column(t, "PENDING", TABLE_RIGHT | TABLE_OPTIONAL);
	table_column(t, "UNKNOWN", TABLE_RIGHT | TABLE_OPTIONAL);
	table_column(t, "NOT EVALUATED", TABLE_SHRINK);
	table_column(t, "BLIND", TABLE_SHRINK);
	table_column(t, "HOLDER", TABLE_SHRINK);
	return t;
}

static int
print(struct survey *s, struct fault *f)
{
	if (s->view->format != FORMAT_TABLE)
		return view_flush(s->view, &s->out, f);
	if (!s->held)
		table_hide(s->table, STATUS_HOLDER);
	return view_print_table(s->view, s->table, f);
}

static int
survey(struct survey *s, struct fault *f)
{
	int result = 0;

	if (s->db && (database_begin_read(s->db, f) || overview_check(s->db, s->o, f) ||
			     database_now(s->db, &s->clock_ms, f)))
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
		result = fault_set(f, STATUS_NO, "no cycle has been taken%s",
			s->o->cluster || s->o->subject ? ", or it was forgotten" : " yet");
	return result;
}

int
ticket_status(struct database *db, const struct ticket_options *o, const struct view *v, bool *good,
	struct fault *f)
{
	struct survey s = {
		.db = db,
		.o = o,
		.view = v,
		.max_age_ms = o->max_age_ms < 0 ? STATUS_MAX_AGE_MS : o->max_age_ms,
		.max_unknown_ms = o->max_unknown_ms < 0 ? STATUS_MAX_UNKNOWN_MS : o->max_unknown_ms,
		.good = true,
	};
	int result;

	output_init(&s.out, v->format == FORMAT_TABLE ? FORMAT_NDJSON : v->format);
	s.table = new_table();
	result = survey(&s, f);
	*good = s.good;
	table_close(s.table);
	output_free(&s.out);
	return result;
}
