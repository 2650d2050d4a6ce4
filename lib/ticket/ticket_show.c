/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_show.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/json_write.h"
#include "base/out.h"
#include "ticket/commands.h"
#include "ticket/database.h"
#include "ticket/ledger.h"
#include "ticket/ticket.h"
#include "ticket/ticket_people.h"
#include "ticket/tickets.h"
#include "ticket/view.h"

enum { SHOW_MAX = 1 << 30 };

struct show {
	struct database *db;
	const struct view *view;
	struct buf text;
	struct json_write json;
};

static void
put_column(struct json_write *w, const char *key, struct stmt *row, enum ledger_column column)
{
	json_write_put_span(w, key, stmt_span(row, (int)column));
}

/* The events of a ticket as an array. */
static int
add_events(struct database *db, int64_t id, struct json_write *w, struct fault *f)
{
	struct stmt *row = ledger_after(db, 0, id, f);
	int got = -1;

	json_write_array(w);
	while (row && (got = stmt_step(row, f)) > 0) {
		json_write_object(w);
		json_write_put_i64(w, "id", stmt_i64(row, LEDGER_ID));
		put_column(w, "at", row, LEDGER_AT);
		put_column(w, "event", row, LEDGER_EVENT);
		put_column(w, "actor", row, LEDGER_ACTOR);
		put_column(w, "note", row, LEDGER_NOTE);
		json_write_object_end(w);
	}
	json_write_array_end(w);
	return got;
}

int
ticket_show_members(struct database *db, struct stmt *row, struct json_write *w, struct fault *f)
{
	int64_t id = stmt_i64(row, TICKET_ID);

	ticket_json(w, row, 0);
	stmt_reset(row);
	json_write_key(w, "events");
	return add_events(db, id, w, f);
}

/* Adds the ticket as an object. 1 if it exists. */
static int
add_object(struct show *s, int64_t id, struct fault *f)
{
	struct stmt *row = tickets_get(s->db, id, f);
	int got = row ? stmt_step(row, f) : -1;

	if (got <= 0)
		return got;
	json_write_object(&s->json);
	if (ticket_show_members(s->db, row, &s->json, f))
		return -1;
	json_write_object_end(&s->json);
	return 1;
}

static int
add_ticket(struct show *s, int64_t id, struct fault *f)
{
	if (s->view->format == FORMAT_TABLE)
		return people_ticket(&s->text, s->db, id, s->view, f);
	return add_object(s, id, f);
}

static int
add_members(struct show *s, const struct target *t, const char *subject, const char *cluster,
	struct fault *f)
{
	struct stmt *row = tickets_of_batch(s->db, t->batch, subject, cluster, f);
	int64_t *ids = NULL;
	size_t count = 0;
	int got = row ? stmt_numbers(row, &ids, &count, f) : -1;

	for (size_t i = 0; i < count && got >= 0; i++) {
		if (s->view->format == FORMAT_TABLE && i)
			buf_add_char(&s->text, '\n');
		got = add_ticket(s, ids[i], f);
	}
	free(ids);
	return got < 0 ? -1 : 0;
}

static int
add_batch(struct show *s, const struct target *t, struct fault *f)
{
	bool people = s->view->format == FORMAT_TABLE;
	struct json_write *w = &s->json;
	char *subject, *cluster;
	int result;

	if (target_owner(s->db, t, &subject, &cluster, f))
		return -1;
	if (people) {
		people_batch(&s->text, t->batch, subject, cluster);
	} else {
		json_write_object(w);
		json_write_put_string(w, "batch_key", t->batch);
		json_write_put_string(w, "subject", subject);
		json_write_put_string(w, "cluster", cluster);
		json_write_key(w, "tickets");
		json_write_array(w);
	}
	result = add_members(s, t, subject, cluster, f);
	if (result == 0 && !people) {
		json_write_array_end(w);
		json_write_object_end(w);
		buf_add_char(&s->text, '\n');
	}
	free(subject);
	free(cluster);
	return result;
}

/* Adds one object; several become an array, or a line each. */
static int
add_ids(struct show *s, const struct target *t, struct fault *f)
{
	bool array = s->view->format == FORMAT_JSON && t->id_count > 1;
	bool people = s->view->format == FORMAT_TABLE;

	for (size_t i = 0; i < t->id_count; i++) {
		int got;

		buf_add_text(&s->text, array ? (i ? ",\n" : "[") : people && i ? "\n" : "");
		json_write_init(&s->json, &s->text);
		got = add_ticket(s, t->ids[i], f);
		if (got < 0)
			return -1;
		if (got == 0)
			return fault_set(
				f, STATUS_NO, "there is no ticket %lld", (long long)t->ids[i]);
		buf_add_text(&s->text, array || people ? "" : "\n");
	}
	buf_add_text(&s->text, array ? "]\n" : "");
	return 0;
}

/* Adds a batch's tickets, or those of the target, as rows without their events. */
static int
add_csv(struct show *s, const struct target *t, struct fault *f)
{
	struct output out;
	int result = 0;

	output_init(&out, FORMAT_CSV);
	for (size_t i = 0; i < t->id_count && result == 0; i++) {
		struct stmt *row = tickets_get(s->db, t->ids[i], f);
		int got = row ? stmt_step(row, f) : -1;

		if (got > 0) {
			output_row(&out);
			ticket_put(&out, row, 0);
			output_row_end(&out);
			stmt_reset(row);
		}
		if (got <= 0)
			result = got < 0 ? -1
					 : fault_set(f, STATUS_NO, "there is no ticket %lld",
						   (long long)t->ids[i]);
	}
	buf_add(&s->text, out.text.data, out.text.len);
	output_free(&out);
	return result;
}

/* Reads all in one transaction, so that tickets and their events are consistent. */
static int
gather(struct show *s, const struct target *t, struct fault *f)
{
	int result;

	if (database_begin_read(s->db, f))
		return -1;
	if (t->batch)
		result = add_batch(s, t, f);
	else if (s->view->format == FORMAT_CSV)
		result = add_csv(s, t, f);
	else
		result = add_ids(s, t, f);
	database_rollback(s->db);
	if (result == 0 && s->text.full)
		return fault_set(f, STATUS_TRY_AGAIN, "not enough memory for this");
	return result;
}

int
ticket_show(struct database *db, const struct target *t, const struct view *v, struct fault *f)
{
	struct show s = {.db = db, .view = v};
	int result;

	buf_init(&s.text, SHOW_MAX);
	json_write_init(&s.json, &s.text);
	result = gather(&s, t, f);
	if (result == 0 && v->format == FORMAT_TABLE)
		result = view_page(v, &s.text, f);
	else if (result == 0)
		out_bytes(v->out, s.text.data, s.text.len);
	buf_free(&s.text);
	return result;
}
