/* SPDX-License-Identifier: ISC */
#include "ticket/admission.h"

#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/timestamp.h"
#include "ticket/database.h"
#include "ticket/rules.h"
#include "ticket/ticket.h"
#include "ticket/verdict_cycle.h"

enum { DIGEST_SIZE = 33 };

static void
format_digest(char out[DIGEST_SIZE], const uint64_t digest[2])
{
	(void)snprintf(out, DIGEST_SIZE, "%016llx%016llx", (unsigned long long)digest[0],
		(unsigned long long)digest[1]);
}

static enum admission
refuse(const struct verdict_cycle *v, struct fault *f, const char *why)
{
	char at[TIMESTAMP_SIZE];

	timestamp_format(at, v->at_ms);
	(void)fault_set(f, STATUS_DATA, "%s/%s: the cycle of %s is refused: %s", v->subject,
		v->cluster, at, why);
	return ADMISSION_REFUSE;
}

static int
move_back(struct database *db, const struct verdict_cycle *v, const char *sql, struct fault *f)
{
	char at[TIMESTAMP_SIZE];
	struct stmt *s = database_query(db, sql, f);

	if (!s)
		return -1;
	timestamp_format(at, v->at_ms);
	stmt_bind_text(s, 1, v->subject);
	stmt_bind_text(s, 2, v->cluster);
	stmt_bind_text(s, 3, at);
	return stmt_run(s, f);
}

/* The clock was set back: what waits for the time that has not come would wait for too long. */
static int
heal(struct database *db, const struct verdict_cycle *v, struct fault *f)
{
	static const char pending_sql[] = "UPDATE pending"
					  " SET first_seen_at = ?3"
					  " WHERE subject = ?1 AND cluster = ?2"
					  " AND first_seen_at > ?3";
	static const char tickets_sql[] =
		"UPDATE tickets INDEXED BY tickets_unresolved"
		" SET ok_since = min(ok_since, ?3),"
		" absent_since = min(absent_since, ?3),"
		" updated_at = ?3"
		" WHERE subject = ?1 AND cluster = ?2 AND status <> 'resolved'"
		" AND (ok_since > ?3 OR absent_since > ?3)";
	static const char checks_sql[] = "UPDATE checks"
					 " SET last_complete_at = ?3"
					 " WHERE subject = ?1 AND cluster = ?2"
					 " AND last_complete_at > ?3";

	if (move_back(db, v, pending_sql, f) || move_back(db, v, tickets_sql, f))
		return -1;
	return move_back(db, v, checks_sql, f);
}

/* What the last cycle of this subject and cluster, in the row, says to this one. */
static enum admission
compare(struct stmt *row, const struct verdict_cycle *v, int64_t now_ms, int64_t *last_ms,
	struct fault *f)
{
	const char *known_id = stmt_text(row, 0, NULL);
	const char *known_digest = stmt_text(row, 2, NULL);
	char digest[DIGEST_SIZE];

	if (ticket_when(row, 1, last_ms, f))
		return ADMISSION_FAILED;
	if (known_id && v->cluster_id && strcmp(known_id, v->cluster_id) != 0)
		return refuse(v, f, "its cluster_id is another one than that name's");
	if (v->at_ms == *last_ms) {
		format_digest(digest, v->digest);
		if (strcmp(known_digest, digest) == 0)
			return ADMISSION_REPEAT;
		return refuse(v, f, "one of the same time but other content was taken before");
	}
	if (v->at_ms < *last_ms && !rules_set_back(*last_ms, v->at_ms, now_ms))
		return refuse(v, f, "a later one was taken before");
	return ADMISSION_TAKE;
}

enum admission
admission_ask(struct database *db, const struct verdict_cycle *v, int64_t now_ms,
	int64_t *last_opened_ms, struct fault *f)
{
	static const char sql[] = "SELECT cluster_id, last_at, digest, last_opened_at"
				  " FROM cycles"
				  " WHERE subject = ?1 AND cluster = ?2";
	struct stmt *row = database_query(db, sql, f);
	enum admission admission = ADMISSION_TAKE;
	int64_t last_ms = TIMESTAMP_NEVER;
	int got;

	if (!row)
		return ADMISSION_FAILED;
	stmt_bind_text(row, 1, v->subject);
	stmt_bind_text(row, 2, v->cluster);
	*last_opened_ms = TIMESTAMP_NEVER;
	got = stmt_step(row, f);
	if (got < 0)
		return ADMISSION_FAILED;
	if (got > 0)
		admission = compare(row, v, now_ms, &last_ms, f);
	if (got > 0 && ticket_when(row, 3, last_opened_ms, f))
		admission = ADMISSION_FAILED;
	stmt_reset(row);
	if (admission == ADMISSION_TAKE && v->at_ms < last_ms && heal(db, v, f))
		return ADMISSION_FAILED;
	return admission;
}

static int
note_check(struct database *db, const struct verdict_cycle *v, const struct invariant *i,
	const char *at, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO checks (subject, cluster, invariant_name, last_complete_at,"
		" last_listed_at)"
		" VALUES (?1, ?2, ?3, ?4, ?5)"
		" ON CONFLICT DO UPDATE"
		" SET last_complete_at = coalesce(excluded.last_complete_at, last_complete_at),"
		" last_listed_at = excluded.last_listed_at";
	struct stmt *s = database_query(db, sql, f);

	if (!s)
		return -1;
	stmt_bind_text(s, 1, v->subject);
	stmt_bind_text(s, 2, v->cluster);
	stmt_bind_text_n(s, 3, i->name.at, i->name.len);
	stmt_bind_text(s, 4, i->complete ? at : NULL);
	stmt_bind_text(s, 5, at);
	return stmt_run(s, f);
}

int
admission_note(
	struct database *db, const struct verdict_cycle *v, int64_t last_opened_ms, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO cycles (subject, cluster, cluster_id, last_at, digest, last_opened_at)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
		" ON CONFLICT DO UPDATE"
		" SET cluster_id = coalesce(excluded.cluster_id, cluster_id),"
		" last_at = excluded.last_at,"
		" digest = excluded.digest,"
		" last_opened_at = excluded.last_opened_at";
	struct stmt *s = database_query(db, sql, f);
	char at[TIMESTAMP_SIZE];
	char opened[TIMESTAMP_SIZE];
	char digest[DIGEST_SIZE];

	if (!s)
		return -1;
	timestamp_format(at, v->at_ms);
	if (last_opened_ms != TIMESTAMP_NEVER)
		timestamp_format(opened, last_opened_ms);
	format_digest(digest, v->digest);
	stmt_bind_text(s, 1, v->subject);
	stmt_bind_text(s, 2, v->cluster);
	stmt_bind_text(s, 3, v->cluster_id);
	stmt_bind_text(s, 4, at);
	stmt_bind_text(s, 5, digest);
	stmt_bind_text(s, 6, last_opened_ms != TIMESTAMP_NEVER ? opened : NULL);
	if (stmt_run(s, f))
		return -1;
	for (size_t i = 0; i < v->invariant_count; i++)
		if (v->invariants[i].checked && note_check(db, v, &v->invariants[i], at, f))
			return -1;
	return 0;
}
