/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/mem.h"
#include "ticket/database.h"
#include "ticket/transfer.h"

/* Each row is written at once, because holding rows back would save nothing. */
struct transfer_rows {
	struct database *db;
};

static const char *const inserts[TRANSFER_KINDS] = {
	[TRANSFER_TICKET] =
		"INSERT INTO tickets (id, subject, cluster, violation_key, invariant_name,"
		" store_id, status, held, held_until, flapping, flap_window_s, batch_key,"
		" occurrence_count, first_seen_at, last_seen_at, ok_since, absent_since,"
		" resolved_at, resolution, message, severity, diagnosis, metric_snapshot,"
		" created_at, updated_at, doc, link, muted, verdict, verdict_since, lost_since,"
		" lost)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,"
		" $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)",
	[TRANSFER_EVENT] =
		"INSERT INTO ticket_events (id, ticket_id, at, event, actor, note, muted)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7)",
	[TRANSFER_PENDING] =
		"INSERT INTO pending (subject, cluster, violation_key, invariant_name, store_id,"
		" first_seen_at, last_seen_at, opens_at, severity, message)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
	[TRANSFER_CYCLE] = "INSERT INTO cycles (subject, cluster, cluster_id, last_at, digest,"
			   " last_opened_at, step_ms, identified_at, holder, holder_until)"
			   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
	[TRANSFER_CHECK] = "INSERT INTO checks (subject, cluster, invariant_name, last_complete_at,"
			   " last_listed_at, last_known_at, error, unknown_digest)"
			   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
	[TRANSFER_UNKNOWN] =
		"INSERT INTO unknown (subject, cluster, invariant_name, violation_key, store_id,"
		" since, reason, missing)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
	[TRANSFER_GAP] = "INSERT INTO gaps (subject, cluster, began_at, ended_at)"
			 " VALUES ($1, $2, $3, $4)",
	[TRANSFER_MUTE] =
		"INSERT INTO mutes (id, cluster, invariant, store, from_at, until_at, reason,"
		" actor, created_at, lifted_at)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
};

void
transfer_restart(struct database *db)
{
	(void)db; /* there is no timeout after it was locked */
}

int
transfer_lock(struct database *db, struct fault *f)
{
	(void)db; /* the transaction holds the file's only lock */
	(void)f;
	return 0;
}

struct transfer_rows *
transfer_rows_open(struct database *db)
{
	struct transfer_rows *r = mem_zero(1, sizeof *r);

	r->db = db;
	return r;
}

void
transfer_rows_close(struct transfer_rows *r)
{
	free(r);
}

static void
bind(struct stmt *s, int n, const struct transfer_value *v)
{
	switch (v->is) {
	case TRANSFER_IS_NULL:
		stmt_bind_null(s, n);
		break;
	case TRANSFER_IS_INTEGER:
		stmt_bind_i64(s, n, v->integer);
		break;
	case TRANSFER_IS_DOUBLE:
		stmt_bind_double(s, n, v->real);
		break;
	case TRANSFER_IS_TEXT:
		stmt_bind_span(s, n, v->text);
		break;
	}
}

int
transfer_insert(struct transfer_rows *r, enum transfer_kind kind,
	const struct transfer_value *values, struct span line, struct fault *f)
{
	struct stmt *s = database_query(r->db, inserts[kind], f);

	(void)line;
	if (!s)
		return -1;
	for (int i = 0; i < transfer_tables[kind].column_count; i++)
		bind(s, i + 1, &values[i]);
	return stmt_run(s, f);
}

int
transfer_flush(struct transfer_rows *r, struct fault *f)
{
	(void)r;
	(void)f;
	return 0;
}

int
transfer_counters(struct database *db, struct transfer_counters *c, struct fault *f)
{
	static const char tickets[] = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence"
				      " WHERE name = 'tickets'";
	static const char events[] = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence"
				     " WHERE name = 'ticket_events'";
	static const char mutes[] = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence"
				    " WHERE name = 'mutes'";

	if (database_number(db, tickets, &c->ticket_id, f))
		return -1;
	if (database_number(db, events, &c->event_id, f))
		return -1;
	return database_number(db, mutes, &c->mute_id, f);
}

static int
set_counter(struct database *db, const char *table, int64_t last, struct fault *f)
{
	static const char drop[] = "DELETE FROM sqlite_sequence WHERE name = $1";
	static const char add[] = "INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)";
	struct stmt *s = database_query(db, drop, f);

	if (!s)
		return -1;
	stmt_bind_text(s, 1, table);
	if (stmt_run(s, f))
		return -1;
	s = last ? database_query(db, add, f) : NULL;
	if (!s)
		return last ? -1 : 0;
	stmt_bind_text(s, 1, table);
	stmt_bind_i64(s, 2, last);
	return stmt_run(s, f);
}

int
transfer_set_counters(struct database *db, const struct transfer_counters *c, struct fault *f)
{
	if (set_counter(db, "tickets", c->ticket_id, f) ||
		set_counter(db, "ticket_events", c->event_id, f))
		return -1;
	return set_counter(db, "mutes", c->mute_id, f);
}
