/* SPDX-License-Identifier: ISC */
#include "ticket/commands.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/timestamp.h"
#include "ticket/database.h"
#include "ticket/ledger.h"
#include "ticket/outbox.h"
#include "ticket/store_lock.h"
#include "ticket/tickets.h"
#include "ticket/view.h"

/* The names of the commands. */
static const struct {
	const char *done;  /* for people */
	const char *event; /* for the ledger */
} actions[COMMAND_COUNT] = {
	[COMMAND_ACK] = {"Acknowledged", "acknowledged"},
	[COMMAND_DIAGNOSE] = {"Diagnosed", "diagnosed"},
	[COMMAND_RESOLVE] = {"Resolved", "resolved"},
	[COMMAND_HOLD] = {"Held", "held"},
	[COMMAND_UNHOLD] = {"Released", "unheld"},
	[COMMAND_NOTE] = {"Noted on", "noted"},
};

/* NULL, or why the command does not apply. */
static const char *
refusal(const struct command *c, const struct ticket_state *s)
{
	if (c->kind == COMMAND_DIAGNOSE || c->kind == COMMAND_NOTE)
		return NULL;
	if (strcmp(s->status, "resolved") == 0)
		return "is resolved, and that is final";
	if (c->kind == COMMAND_ACK && strcmp(s->status, "acknowledged") == 0)
		return "is acknowledged already";
	if (c->kind == COMMAND_ACK && strcmp(s->status, "diagnosed") == 0)
		return "is diagnosed already, and a status goes forward only";
	if (c->kind == COMMAND_UNHOLD && !s->held)
		return "is not held";
	return NULL;
}

/* The time at which the hold ends, or NULL. */
static const char *
hold_end(const struct command *c, char text[TIMESTAMP_SIZE])
{
	static const int64_t last_ms = 253402300799999; /* the end of the year 9999 */
	int64_t end_ms = c->now_ms > last_ms - c->hold_ms ? last_ms : c->now_ms + c->hold_ms;

	if (c->hold_ms < 0)
		return NULL;
	timestamp_format(text, end_ms);
	return text;
}

static int
change_row(struct database *db, const struct command *c, int64_t id, const char *now,
	const char *until, const struct ticket_state *state, struct fault *f)
{
	switch (c->kind) {
	case COMMAND_ACK:
		return tickets_acknowledge(db, id, now, f);
	case COMMAND_DIAGNOSE:
		if (strcmp(state->status, "resolved") == 0)
			return tickets_diagnose_resolved(db, id, now, c->message, f);
		return tickets_diagnose(db, id, now, c->message, f);
	case COMMAND_RESOLVE:
		return tickets_resolve(db, id, now, "manual", f);
	case COMMAND_HOLD:
		return tickets_hold(db, id, now, until, f);
	case COMMAND_UNHOLD:
		return tickets_unhold(db, id, now, f);
	case COMMAND_NOTE:
		return tickets_touch(db, id, now, f);
	case COMMAND_COUNT:
		break;
	}
	assert(!"a command");
	return -1;
}

/* Adds the event, whose note is "manual" or the end of the hold, and the reason, if any. */
static int
add_event(struct database *db, const struct command *c, int64_t id, const char *now,
	const char *until, struct fault *f)
{
	const char *fact = c->kind == COMMAND_RESOLVE ? "manual" : until;
	struct span note = c->message;
	struct buf text;
	int result;

	buf_init(&text, 1 << 20);
	if (fact) {
		buf_add_text(&text, fact);
		if (note.at) {
			buf_add_text(&text, ": ");
			buf_add(&text, note.at, note.len);
		}
		note = (struct span){text.data, text.len};
	}
	result = ledger_add(db, id, now, actions[c->kind].event, c->actor, note, f);
	buf_free(&text);
	return result;
}

static void
report(const struct command *c, int64_t id, const char *until, const struct ticket_state *state,
	struct outbox *out)
{
	const struct view local = {.utc = false};
	char age[32], end[VIEW_TIME_SIZE];

	outbox_say(out, "%s ticket %lld%s%s", actions[c->kind].done, (long long)id,
		until ? " until " : "", until ? view_time_text(&local, end, until) : "");
	if (c->kind == COMMAND_RESOLVE && state->violated)
		outbox_say(out, "Ticket %lld: violated %s ago; it will open again", (long long)id,
			view_age(age, state->last_seen_ms, c->now_ms));
}

static int
change(struct database *db, const struct command *c, int64_t id, const struct ticket_state *state,
	struct outbox *out, struct fault *f)
{
	char now[TIMESTAMP_SIZE];
	char end[TIMESTAMP_SIZE];
	const char *until = c->kind == COMMAND_HOLD ? hold_end(c, end) : NULL;

	timestamp_format(now, c->now_ms);
	if (change_row(db, c, id, now, until, state, f) || add_event(db, c, id, now, until, f))
		return -1;
	report(c, id, until, state, out);
	return 0;
}

static int
change_ids(struct database *db, const struct command *c, const struct target *t, struct outbox *out,
	struct fault *f)
{
	for (size_t i = 0; i < t->id_count; i++) {
		long long id = t->ids[i];
		struct ticket_state state = {.held = false};
		const char *why;
		int got = tickets_state(db, id, &state, f);

		if (got < 0)
			return -1;
		if (!got)
			return fault_set(f, STATUS_NO, "there is no ticket %lld", id);
		why = refusal(c, &state);
		if (why)
			return fault_set(f, STATUS_NO, "ticket %lld %s", id, why);
		if (change(db, c, id, &state, out, f))
			return -1;
	}
	return 0;
}

static char *
copy_column(struct stmt *row, int column)
{
	size_t len;
	const char *text = stmt_text(row, column, &len);

	return mem_copy_n(text, len);
}

int
target_owner(struct database *db, const struct target *t, char **subject, char **cluster,
	struct fault *f)
{
	struct stmt *row = db ? tickets_batch_owners(db, t->batch, t->subject, t->cluster, f)
			      : NULL;
	int got;

	if (!db)
		return fault_set(f, STATUS_NO, "there is no batch %s", t->batch);
	if (!row)
		return -1;
	got = stmt_step(row, f);
	if (got < 0)
		return -1;
	if (got == 0)
		return fault_set(f, STATUS_NO, "there is no batch %s", t->batch);
	*subject = copy_column(row, 0);
	*cluster = copy_column(row, 1);
	got = stmt_step(row, f);
	if (got == 0)
		return 0;
	if (got > 0) {
		stmt_reset(row);
		fault_put(f, STATUS_USAGE,
			"several clusters have a batch %s: --cluster (or --subject) is needed",
			t->batch);
	}
	free(*subject);
	free(*cluster);
	return -1;
}

/* Sets *ids to the unresolved tickets of the batch. */
static int
find_unresolved(struct database *db, const char *batch, const char *subject, const char *cluster,
	struct target *found, struct fault *f)
{
	struct stmt *row = tickets_unresolved_of_batch(db, batch, subject, cluster, f);

	return row ? stmt_numbers(row, &found->ids, &found->id_count, f) : -1;
}

/* Keeps only the tickets to which the command applies. */
static int
keep_willing(struct database *db, const struct command *c, struct target *found, struct fault *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < found->id_count; i++) {
		struct ticket_state state = {.held = false};
		int got = tickets_state(db, found->ids[i], &state, f);

		if (got < 0)
			return -1;
		if (got && !refusal(c, &state))
			found->ids[kept++] = found->ids[i];
	}
	if (found->id_count && !kept)
		return fault_set(f, STATUS_NO,
			"there is nothing left to do: each ticket of the batch %s",
			c->kind == COMMAND_UNHOLD ? "is not held" : "is past that");
	found->id_count = kept;
	return 0;
}

static int
change_batch(struct database *db, const struct command *c, const struct target *t,
	struct outbox *out, struct fault *f)
{
	struct target found = {.ids = NULL};
	char *subject = NULL, *cluster = NULL;
	int result = -1;

	if (target_owner(db, t, &subject, &cluster, f))
		return -1;
	if (store_lock_clusters(db, subject, cluster, f) ||
		find_unresolved(db, t->batch, subject, cluster, &found, f))
		goto out;
	if (!found.id_count) {
		fault_put(f, STATUS_NO, "all tickets of %s are resolved", t->batch);
		goto out;
	}
	if (keep_willing(db, c, &found, f) == 0)
		result = change_ids(db, c, &found, out, f);
out:
	free(found.ids);
	free(subject);
	free(cluster);
	return result;
}

int
commands_run(struct database *db, const struct command *c, const struct target *t,
	struct outbox *out, struct fault *f)
{
	int result;

	if (!db && t->batch)
		return fault_set(f, STATUS_NO, "there is no batch %s", t->batch);
	if (!db)
		return fault_set(f, STATUS_NO, "there is no ticket %lld", (long long)t->ids[0]);
	if (database_begin(db, f))
		return -1;
	if (t->batch)
		result = change_batch(db, c, t, out, f);
	else if (store_lock_tickets(db, t->ids, t->id_count, f))
		result = -1;
	else
		result = change_ids(db, c, t, out, f);
	if (result == 0)
		return database_commit(db, f);
	database_rollback(db);
	return -1;
}
