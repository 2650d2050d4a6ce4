/* SPDX-License-Identifier: ISC */
#include "ticket/commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/timestamp.h"
#include "ticket/database.h"
#include "ticket/ledger.h"
#include "ticket/outbox.h"

/* The state of a ticket that decides whether a command applies. */
struct state {
	char status[16];
	bool held;
};

/* What a command is called, and its one statement: ?1 the id, ?2 now, ?3 its own. */
struct action {
	const char *done;  /* for people */
	const char *event; /* for the ledger */
	const char *sql;
};

static const char ack_sql[] = "UPDATE tickets"
			      " SET status = 'acknowledged', updated_at = ?2"
			      " WHERE id = ?1 AND ?3 IS NULL";
static const char diagnose_sql[] = "UPDATE tickets"
				   " SET status = 'diagnosed', diagnosis = ?3, updated_at = ?2"
				   " WHERE id = ?1";
static const char resolve_sql[] = "UPDATE tickets"
				  " SET status = 'resolved',"
				  " resolution = 'manual',"
				  " resolved_at = ?2,"
				  " held = 0,"
				  " held_until = NULL,"
				  " updated_at = ?2"
				  " WHERE id = ?1 AND ?3 IS NULL";
static const char hold_sql[] = "UPDATE tickets"
			       " SET held = 1, held_until = ?3, updated_at = ?2"
			       " WHERE id = ?1";
static const char unhold_sql[] = "UPDATE tickets"
				 " SET held = 0, held_until = NULL, updated_at = ?2"
				 " WHERE id = ?1 AND ?3 IS NULL";

static const struct action actions[COMMAND_COUNT] = {
	[COMMAND_ACK] = {"Acknowledged", "acknowledged", ack_sql},
	[COMMAND_DIAGNOSE] = {"Diagnosed", "diagnosed", diagnose_sql},
	[COMMAND_RESOLVE] = {"Resolved", "resolved", resolve_sql},
	[COMMAND_HOLD] = {"Held", "held", hold_sql},
	[COMMAND_UNHOLD] = {"Released", "unheld", unhold_sql},
};

int
ticket_id_parse(const char *text, int64_t *id)
{
	if (strncmp(text, "TKT-", 4) == 0 || strncmp(text, "tkt-", 4) == 0)
		text += 4;
	if (*text < '0' || *text > '9')
		return -1;
	return number_i64(text, strlen(text), 1, INT64_MAX, id);
}

/* 1: it is there. */
static int
read_state(struct database *db, int64_t id, struct state *state, struct fault *f)
{
	static const char sql[] = "SELECT status, held FROM tickets WHERE id = ?1";
	struct stmt *row = database_query(db, sql, f);
	const char *status;
	size_t len;
	int got;

	if (!row)
		return -1;
	stmt_bind_i64(row, 1, id);
	got = stmt_step(row, f);
	if (got <= 0)
		return got;
	status = stmt_text(row, 0, &len);
	if (len >= sizeof state->status) {
		stmt_reset(row);
		return fault_set(f, STATUS_DATA, "the database is corrupt: a status is none");
	}
	memcpy(state->status, status, len + 1);
	state->held = stmt_i64(row, 1) != 0;
	stmt_reset(row);
	return 1;
}

/* NULL, or why the command does not apply. */
static const char *
refusal(const struct command *c, const struct state *s)
{
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
	static const int64_t last_ms = 253402300799999; /* of the year 9999 */
	int64_t end_ms = c->now_ms > last_ms - c->hold_ms ? last_ms : c->now_ms + c->hold_ms;

	if (c->hold_ms < 0)
		return NULL;
	timestamp_format(text, end_ms);
	return text;
}

static int
change(struct database *db, const struct command *c, int64_t id, struct outbox *out,
	struct fault *f)
{
	const struct action *action = &actions[c->kind];
	struct stmt *update = database_query(db, action->sql, f);
	const char *own = NULL, *note = NULL;
	size_t len = 0;
	char now[TIMESTAMP_SIZE];
	char end[TIMESTAMP_SIZE];

	if (!update)
		return -1;
	if (c->kind == COMMAND_DIAGNOSE) {
		own = note = c->diagnosis;
		len = c->diagnosis_len;
	} else if (c->kind == COMMAND_HOLD) {
		own = note = hold_end(c, end);
		len = own ? strlen(own) : 0;
	} else if (c->kind == COMMAND_RESOLVE) {
		note = "manual";
	}
	timestamp_format(now, c->now_ms);
	stmt_bind_i64(update, 1, id);
	stmt_bind_text(update, 2, now);
	stmt_bind_text_n(update, 3, own, len);
	if (stmt_run(update, f))
		return -1;
	outbox_say(out, "%s ticket %lld%s%s", action->done, (long long)id,
		c->kind == COMMAND_HOLD && own ? " until " : "",
		c->kind == COMMAND_HOLD && own ? own : "");
	return ledger_add(db, id, now, action->event, c->actor, note,
		own ? len : (note ? strlen(note) : 0), f);
}

static int
change_ids(struct database *db, const struct command *c, const struct target *t, struct outbox *out,
	struct fault *f)
{
	for (size_t i = 0; i < t->id_count; i++) {
		long long id = t->ids[i];
		struct state state = {.held = false};
		const char *why;
		int got = read_state(db, id, &state, f);

		if (got < 0)
			return -1;
		if (!got)
			return fault_set(f, STATUS_NO, "there is no ticket %lld", id);
		why = refusal(c, &state);
		if (why)
			return fault_set(f, STATUS_NO, "ticket %lld %s", id, why);
		if (change(db, c, id, out, f))
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
	static const char sql[] = "SELECT DISTINCT subject, cluster"
				  " FROM tickets"
				  " WHERE batch_key = ?1"
				  " AND subject = coalesce(?2, subject)"
				  " AND cluster = coalesce(?3, cluster)"
				  " LIMIT 2";
	struct stmt *row = db ? database_query(db, sql, f) : NULL;
	int got;

	if (!db)
		return fault_set(f, STATUS_NO, "there is no batch %s", t->batch);
	if (!row)
		return -1;
	stmt_bind_text(row, 1, t->batch);
	stmt_bind_text(row, 2, t->subject);
	stmt_bind_text(row, 3, t->cluster);
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
		(void)fault_set(f, STATUS_USAGE,
			"several clusters have a batch %s: --cluster (or --subject) is needed",
			t->batch);
	}
	free(*subject);
	free(*cluster);
	return -1;
}

/* The unresolved tickets of the batch, in *ids. */
static int
find_unresolved(struct database *db, const char *batch, const char *subject, const char *cluster,
	struct target *found, struct fault *f)
{
	static const char sql[] = "SELECT id"
				  " FROM tickets INDEXED BY tickets_unresolved"
				  " WHERE subject = ?1 AND cluster = ?2 AND status <> 'resolved'"
				  " AND batch_key = ?3"
				  " ORDER BY id";
	struct stmt *row = database_query(db, sql, f);
	int got;

	if (!row)
		return -1;
	stmt_bind_text(row, 1, subject);
	stmt_bind_text(row, 2, cluster);
	stmt_bind_text(row, 3, batch);
	while ((got = stmt_step(row, f)) > 0) {
		found->ids = mem_resize(found->ids, found->id_count + 1, sizeof *found->ids);
		found->ids[found->id_count++] = stmt_i64(row, 0);
	}
	return got;
}

/* Keeps those to which the command applies. */
static int
keep_willing(struct database *db, const struct command *c, struct target *found, struct fault *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < found->id_count; i++) {
		struct state state = {.held = false};
		int got = read_state(db, found->ids[i], &state, f);

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
	if (find_unresolved(db, t->batch, subject, cluster, &found, f))
		goto out;
	if (!found.id_count) {
		(void)fault_set(f, STATUS_NO, "all tickets of %s are resolved", t->batch);
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
	else
		result = change_ids(db, c, t, out, f);
	if (result == 0)
		return database_commit(db, f);
	database_rollback(db);
	return -1;
}
