/* SPDX-License-Identifier: ISC */
#include "ticket/ticket_show.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "ticket/commands.h"
#include "ticket/database.h"
#include "ticket/ledger.h"
#include "ticket/ticket.h"
#include "ticket/ticket_people.h"
#include "ticket/tickets.h"

enum { SHOW_MAX = 1 << 30 };

struct show {
	struct database *db;
	bool for_people;
	int64_t now_ms;
	struct buf text;
	struct json_write json;
};

static void
event_json(struct json_write *w, struct stmt *row)
{
	static const struct {
		const char *key;
		enum ledger_column column;
	} members[] = {
		{"at", LEDGER_AT},
		{"event", LEDGER_EVENT},
		{"actor", LEDGER_ACTOR},
		{"note", LEDGER_NOTE},
	};

	json_write_object(w);
	json_write_put_i64(w, "id", stmt_i64(row, LEDGER_ID));
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		size_t len;
		const char *text = stmt_text(row, (int)members[i].column, &len);

		json_write_key(w, members[i].key);
		if (text)
			json_write_string_n(w, text, len);
		else
			json_write_null(w);
	}
	json_write_object_end(w);
}

static int
add_events(struct show *s, int64_t id, struct fault *f)
{
	struct stmt *row = ledger_after(s->db, 0, id, f);
	int got;

	if (!row)
		return -1;
	while ((got = stmt_step(row, f)) > 0) {
		if (s->for_people)
			people_event(&s->text, row);
		else
			event_json(&s->json, row);
	}
	return got;
}

/* 1: it is there. */
static int
add_ticket(struct show *s, int64_t id, struct fault *f)
{
	struct stmt *row = tickets_get(s->db, id, f);
	int got;

	if (!row)
		return -1;
	got = stmt_step(row, f);
	if (got <= 0)
		return got;
	if (s->for_people) {
		people_ticket(&s->text, row, s->now_ms);
	} else {
		json_write_object(&s->json);
		ticket_json(&s->json, row, 0);
		json_write_key(&s->json, "events");
		json_write_array(&s->json);
	}
	stmt_reset(row);
	if (add_events(s, id, f))
		return -1;
	if (!s->for_people) {
		json_write_array_end(&s->json);
		json_write_object_end(&s->json);
	}
	return 1;
}

static int
add_members(struct show *s, const struct target *t, const char *subject, const char *cluster,
	struct fault *f)
{
	struct stmt *row = tickets_of_batch(s->db, t->batch, subject, cluster, f);
	bool first = true;
	int got;

	if (!row)
		return -1;
	while ((got = stmt_step(row, f)) > 0) {
		if (s->for_people && !first)
			buf_add_char(&s->text, '\n');
		first = false;
		if (add_ticket(s, stmt_i64(row, 0), f) < 0) {
			stmt_reset(row);
			return -1;
		}
	}
	return got;
}

static int
add_batch(struct show *s, const struct target *t, struct fault *f)
{
	struct json_write *w = &s->json;
	char *subject, *cluster;
	int result;

	if (target_owner(s->db, t, &subject, &cluster, f))
		return -1;
	if (s->for_people) {
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
	if (result == 0 && !s->for_people) {
		json_write_array_end(w);
		json_write_object_end(w);
	}
	free(subject);
	free(cluster);
	return result;
}

static int
add_one(struct show *s, int64_t id, struct fault *f)
{
	int got = s->db ? add_ticket(s, id, f) : 0;

	if (got == 0)
		return fault_set(f, STATUS_NO, "there is no ticket %lld", (long long)id);
	return got < 0 ? -1 : 0;
}

/* All within one read transaction: the ticket and its events belong together. */
static int
gather(struct show *s, const struct target *t, struct fault *f)
{
	int result;

	if (s->db && database_begin_read(s->db, f))
		return -1;
	result = t->batch ? add_batch(s, t, f) : add_one(s, t->ids[0], f);
	if (s->db)
		database_rollback(s->db);
	if (result == 0 && s->text.full)
		return fault_set(f, STATUS_TRY_AGAIN, "this is larger than memory");
	return result;
}

int
ticket_show(struct database *db, const struct target *t, bool for_people, int64_t now_ms, FILE *out,
	struct fault *f)
{
	struct show s = {.db = db, .for_people = for_people, .now_ms = now_ms};
	int result;

	buf_init(&s.text, SHOW_MAX);
	json_write_init(&s.json, &s.text);
	result = gather(&s, t, f);
	if (result == 0) {
		if (!for_people)
			buf_add_char(&s.text, '\n');
		(void)fwrite(s.text.data, 1, s.text.len, out); /* the FILE remembers failures */
	}
	buf_free(&s.text);
	return result;
}
