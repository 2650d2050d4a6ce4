/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/mem.h"
#include "ticket/database.h"
#include "ticket/ingest_part.h"
#include "ticket/ledger.h"
#include "ticket/outbox.h"
#include "ticket/rules.h"
#include "ticket/ticket.h"
#include "ticket/verdict_cycle.h"

/* A ticket that stands: unresolved, of this subject and cluster. */
struct open_ticket {
	int64_t id;
	int64_t batch_begin_ms; /* TIMESTAMP_NEVER: the key is not one of ours */
	const struct verdict *verdict;
	bool evaluated; /* its invariant has a complete check */
	struct rules_ticket rule;
};

struct open_tickets {
	struct open_ticket *items;
	size_t count, cap;
};

static struct open_ticket *
add(struct open_tickets *all)
{
	if (all->count == all->cap) {
		all->cap = all->cap ? all->cap * 2 : 64;
		all->items = mem_resize(all->items, all->cap, sizeof *all->items);
	}
	all->items[all->count] = (struct open_ticket){.id = 0};
	return &all->items[all->count++];
}

enum {
	COL_ID,
	COL_KEY,
	COL_INVARIANT,
	COL_SEVERITY,
	COL_HELD,
	COL_HELD_UNTIL,
	COL_FLAPPING,
	COL_FLAP_WINDOW,
	COL_OK_SINCE,
	COL_ABSENT_SINCE,
	COL_BATCH,
};

static int
read_row(const struct ingest *in, struct stmt *row, struct open_ticket *s, struct fault *f)
{
	size_t len;
	const char *text = stmt_text(row, COL_KEY, &len);
	struct verdict *verdict = verdict_cycle_find(in->v, text, len);

	s->id = stmt_i64(row, COL_ID);
	text = stmt_text(row, COL_INVARIANT, &len);
	s->evaluated = verdict_cycle_complete(in->v, text, len);
	s->verdict = verdict;
	if (verdict)
		verdict->claimed = true;
	text = stmt_text(row, COL_SEVERITY, &len);
	if (severity_parse(text, len, &s->rule.severity))
		return fault_set(f, STATUS_DATA, "the database is corrupt: a severity is none");
	s->rule.held = stmt_i64(row, COL_HELD) != 0;
	s->rule.flapping = stmt_i64(row, COL_FLAPPING) != 0;
	s->rule.flap_window_ms = (int64_t)(stmt_double(row, COL_FLAP_WINDOW) * 1000 + 0.5);
	text = stmt_text(row, COL_BATCH, &len);
	if (batch_parse(text, len, &s->batch_begin_ms))
		s->batch_begin_ms = TIMESTAMP_NEVER;
	if (ticket_when(row, COL_HELD_UNTIL, &s->rule.held_until_ms, f) ||
		ticket_when(row, COL_OK_SINCE, &s->rule.ok_since_ms, f) ||
		ticket_when(row, COL_ABSENT_SINCE, &s->rule.absent_since_ms, f))
		return -1;
	return 0;
}

/* All of them, before the first is changed. */
static int
load(const struct ingest *in, struct open_tickets *all, struct fault *f)
{
	static const char sql[] =
		"SELECT id, violation_key, invariant_name, severity, held, held_until, flapping,"
		" flap_window_s, ok_since, absent_since, batch_key"
		" FROM tickets INDEXED BY tickets_unresolved"
		" WHERE subject = ?1 AND cluster = ?2 AND status <> 'resolved'"
		" ORDER BY violation_key";
	struct stmt *row = database_query(in->db, sql, f);
	int got;

	if (!row)
		return -1;
	stmt_bind_text(row, 1, in->v->subject);
	stmt_bind_text(row, 2, in->v->cluster);
	while ((got = stmt_step(row, f)) > 0) {
		if (read_row(in, row, add(all), f)) {
			stmt_reset(row);
			return -1;
		}
	}
	return got;
}

static int
note_event(const struct ingest *in, const struct open_ticket *s, const char *event,
	const char *note, struct fault *f)
{
	if (ledger_add(in->db, s->id, in->at, event, LEDGER_SELF, note, note ? strlen(note) : 0, f))
		return -1;
	return outbox_event(in->out, in->db, event, in->v->at_ms, s->id, f);
}

static int
lapse(const struct ingest *in, const struct open_ticket *s, struct fault *f)
{
	static const char sql[] = "UPDATE tickets"
				  " SET held = 0, held_until = NULL, updated_at = ?2"
				  " WHERE id = ?1";
	struct stmt *update = database_query(in->db, sql, f);

	if (!update)
		return -1;
	stmt_bind_i64(update, 1, s->id);
	stmt_bind_text(update, 2, in->at);
	if (stmt_run(update, f))
		return -1;
	outbox_say(in->out, "Hold of ticket %lld has ended", (long long)s->id);
	return note_event(in, s, "unheld", "its time has come", f);
}

static int
count(const struct ingest *in, const struct open_ticket *s, enum severity before, struct fault *f)
{
	static const char sql[] = "UPDATE tickets"
				  " SET occurrence_count = occurrence_count + 1,"
				  " last_seen_at = ?2,"
				  " updated_at = ?2,"
				  " message = ?3,"
				  " severity = ?4,"
				  " ok_since = NULL,"
				  " absent_since = NULL"
				  " WHERE id = ?1";
	const struct violation *violation = &in->v->violations[s->verdict->violation];
	const char *now = severity_name(s->rule.severity);
	struct stmt *update = database_query(in->db, sql, f);

	if (!update)
		return -1;
	stmt_bind_i64(update, 1, s->id);
	stmt_bind_text(update, 2, in->at);
	stmt_bind_text_n(update, 3, violation->message.at, violation->message.len);
	stmt_bind_text(update, 4, now);
	if (stmt_run(update, f))
		return -1;
	if (s->rule.severity == before)
		return 0;
	outbox_say(in->out, "Escalated ticket %lld: %s, was %s", (long long)s->id, now,
		severity_name(before));
	return note_event(in, s, "escalated", now, f);
}

static void
bind_when(struct stmt *s, int n, char text[TIMESTAMP_SIZE], int64_t ms)
{
	if (ms != TIMESTAMP_NEVER)
		timestamp_format(text, ms);
	stmt_bind_text(s, n, ms == TIMESTAMP_NEVER ? NULL : text);
}

static int
move(const struct ingest *in, const struct open_ticket *s, struct fault *f)
{
	static const char sql[] = "UPDATE tickets"
				  " SET ok_since = ?3, absent_since = ?4, updated_at = ?2"
				  " WHERE id = ?1";
	struct stmt *update = database_query(in->db, sql, f);
	char ok_since[TIMESTAMP_SIZE];
	char absent_since[TIMESTAMP_SIZE];

	if (!update)
		return -1;
	stmt_bind_i64(update, 1, s->id);
	stmt_bind_text(update, 2, in->at);
	bind_when(update, 3, ok_since, s->rule.ok_since_ms);
	bind_when(update, 4, absent_since, s->rule.absent_since_ms);
	return stmt_run(update, f);
}

static int
resolve(struct ingest *in, const struct open_ticket *s, const char *resolution, struct fault *f)
{
	static const char sql[] = "UPDATE tickets"
				  " SET status = 'resolved',"
				  " resolved_at = ?2,"
				  " resolution = ?5,"
				  " ok_since = ?3,"
				  " absent_since = ?4,"
				  " updated_at = ?2"
				  " WHERE id = ?1";
	struct stmt *update = database_query(in->db, sql, f);
	char ok_since[TIMESTAMP_SIZE];
	char absent_since[TIMESTAMP_SIZE];

	if (!update)
		return -1;
	stmt_bind_i64(update, 1, s->id);
	stmt_bind_text(update, 2, in->at);
	bind_when(update, 3, ok_since, s->rule.ok_since_ms);
	bind_when(update, 4, absent_since, s->rule.absent_since_ms);
	stmt_bind_text(update, 5, resolution);
	if (stmt_run(update, f))
		return -1;
	in->resolved++;
	return note_event(in, s, "resolved", resolution, f);
}

static int
apply(struct ingest *in, struct open_ticket *s, struct fault *f)
{
	enum verdict_state state = s->verdict ? s->verdict->state : VERDICT_NONE;
	enum severity before = s->rule.severity;
	enum severity severity = before;

	if (state == VERDICT_VIOLATED)
		severity = in->v->violations[s->verdict->violation].severity;
	switch (rules_apply(&s->rule, state, severity, in->v->at_ms, in->gone_after_ms)) {
	case RULES_NOTHING:
		break;
	case RULES_MOVED:
		return move(in, s, f);
	case RULES_COUNTED:
		return count(in, s, before, f);
	case RULES_CLEARED:
		s->batch_begin_ms = TIMESTAMP_NEVER;
		return resolve(in, s, "cleared", f);
	case RULES_GONE:
		s->batch_begin_ms = TIMESTAMP_NEVER;
		return resolve(in, s, "gone", f);
	}
	return 0;
}

int
update_open(struct ingest *in, struct fault *f)
{
	struct open_tickets all = {.items = NULL};
	int result = load(in, &all, f);

	for (size_t i = 0; i < all.count && result == 0; i++) {
		struct open_ticket *s = &all.items[i];

		if (rules_lapse(&s->rule, in->v->at_ms))
			result = lapse(in, s, f);
		if (result == 0 && s->evaluated)
			result = apply(in, s, f);
		if (s->batch_begin_ms != TIMESTAMP_NEVER)
			batches_add(&in->batches, s->batch_begin_ms);
	}
	free(all.items);
	return result;
}
