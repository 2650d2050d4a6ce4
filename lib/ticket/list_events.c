/* SPDX-License-Identifier: ISC */
#include "ticket/list_events.h"

#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json_write.h"
#include "base/timestamp.h"
#include "ticket/database.h"
#include "ticket/gaps.h"
#include "ticket/ledger.h"
#include "ticket/mutes.h"
#include "ticket/ticket.h"
#include "ticket/ticket_options.h"
#include "ticket/ticket_rows.h"
#include "ticket/ticket_show.h"
#include "ticket/tickets.h"
#include "ticket/view.h"

enum { PIECE = 1 << 22 };

/* The work on one stream. */
struct stream {
	struct database *db;
	const struct ticket_options *o;
	const struct view *view;
	struct output out; /* its text alone is used */
	struct json_write json;
	size_t records;
};

static void
begin_line(struct stream *s, const char *kind)
{
	json_write_init(&s->json, &s->out.text);
	json_write_object(&s->json);
	json_write_put_string(&s->json, "kind", kind);
}

static int
end_line(struct stream *s, struct fault *f)
{
	json_write_object_end(&s->json);
	buf_add_char(&s->out.text, '\n');
	return s->out.text.len > PIECE ? view_flush(s->view, &s->out, f) : 0;
}

static void
put_time(struct json_write *w, const char *key, const struct ticket_time *t)
{
	if (t->text)
		json_write_put_timestamp(w, key, t->ms);
	else
		json_write_put_null(w, key);
}

static int
add_ticket(struct stream *s, int64_t id, struct fault *f)
{
	struct stmt *row = tickets_get(s->db, id, f);
	int got = row ? stmt_step(row, f) : -1;

	if (got <= 0)
		return got;
	begin_line(s, "ticket");
	if (ticket_show_members(s->db, row, &s->json, f))
		return -1;
	s->records++;
	return end_line(s, f);
}

/* Adds all columns under their own names. */
static int
add_rows(struct stream *s, struct stmt *row, const char *kind, struct fault *f)
{
	int got = row ? 1 : -1;

	while (row && (got = stmt_step(row, f)) > 0) {
		begin_line(s, kind);
		for (int i = 0; i < stmt_columns(row); i++) {
			if (stmt_is_integer(row, i))
				json_write_put_i64(&s->json, stmt_name(row, i), stmt_i64(row, i));
			else
				json_write_put_string(
					&s->json, stmt_name(row, i), stmt_text(row, i, NULL));
		}
		s->records++;
		if (end_line(s, f)) {
			stmt_reset(row);
			return -1;
		}
	}
	return got;
}

static int
add_all(struct stream *s, const struct ticket_rows *rows, struct fault *f)
{
	char since[TIMESTAMP_SIZE], until[TIMESTAMP_SIZE];
	const char *from = s->o->since.text ? since : NULL;
	const char *to = s->o->until.text ? until : NULL;

	if (from)
		timestamp_format(since, s->o->since.ms);
	if (to)
		timestamp_format(until, s->o->until.ms);
	for (size_t i = 0; i < rows->count; i++)
		if (add_ticket(s, rows->ids[i], f))
			return -1;
	if (add_rows(s, mutes_overlapping(s->db, from, to, f), "mute", f))
		return -1;
	return add_rows(
		s, gaps_overlapping(s->db, s->o->subject, s->o->cluster, from, to, f), "gap", f);
}

int
list_events(struct database *db, const struct ticket_options *o, const struct ticket_rows *rows,
	const struct view *v, struct fault *f)
{
	struct stream s = {.db = db, .o = o, .view = v};
	int64_t now_ms;
	int result;

	if (clock_stamp_ms(&now_ms, f))
		return -1;
	output_init(&s.out, FORMAT_NDJSON);
	begin_line(&s, "begin");
	json_write_put_string(&s.json, "stream", "tickets");
	json_write_put_i64(&s.json, "v", 1);
	json_write_put_timestamp(&s.json, "at", now_ms);
	put_time(&s.json, "since", &o->since);
	put_time(&s.json, "until", &o->until);
	result = end_line(&s, f);
	if (result == 0 && db)
		result = add_all(&s, rows, f);
	if (result == 0) {
		begin_line(&s, "end");
		json_write_put_u64(&s.json, "records", s.records);
		result = end_line(&s, f);
	}
	if (result == 0)
		result = view_flush(v, &s.out, f);
	output_free(&s.out);
	return result;
}
