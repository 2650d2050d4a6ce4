/* SPDX-License-Identifier: ISC */
#include "ticket/cycles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/mem.h"
#include "base/timestamp.h"
#include "ticket/database.h"
#include "ticket/ticket.h"
#include "ticket/verdict_cycle.h"

void
cycle_row_free(struct cycle_row *r)
{
	free(r->cluster_id);
	free(r->holder);
	*r = (struct cycle_row){.taken = false};
}

void
cycles_digest(char out[CYCLES_DIGEST_SIZE], const uint64_t digest[2])
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < 32; i++) /* no printf: each check of a cycle has two */
		out[i] = digits[(digest[i / 16] >> (60 - i % 16 * 4)) & 15];
	out[32] = '\0';
}

static int
read_row(struct stmt *row, struct cycle_row *r, struct fault *f)
{
	size_t len;
	const char *text = stmt_text(row, 2, &len);

	if (!text || len >= sizeof r->digest)
		return fault_set(f, STATUS_DATA, "the database is corrupt: a digest is invalid");
	memcpy(r->digest, text, len + 1);
	if (ticket_when(row, 1, &r->last_ms, f) || ticket_when(row, 3, &r->last_opened_ms, f) ||
		ticket_when(row, 5, &r->identified_ms, f) ||
		ticket_when(row, 7, &r->holder_until_ms, f))
		return -1;
	r->step_ms = stmt_is_null(row, 4) ? TIMESTAMP_NEVER : stmt_i64(row, 4);
	text = stmt_text(row, 0, NULL);
	r->cluster_id = text ? mem_copy(text) : NULL;
	text = stmt_text(row, 6, NULL);
	r->holder = text ? mem_copy(text) : NULL;
	r->taken = true;
	return 0;
}

struct stmt *
cycles_ask(struct database *db, const char *subject, const char *cluster, struct fault *f)
{
	static const char sql[] = "SELECT cluster_id, last_at, digest, last_opened_at,"
				  " step_ms, identified_at, holder, holder_until"
				  " FROM cycles"
				  " WHERE subject = $1 AND cluster = $2 AND last_at IS NOT NULL";

	return database_query_of(db, sql, subject, cluster, f);
}

int
cycles_take(struct stmt *row, struct cycle_row *r, struct fault *f)
{
	int got;

	*r = (struct cycle_row){
		.last_ms = TIMESTAMP_NEVER,
		.last_opened_ms = TIMESTAMP_NEVER,
		.step_ms = TIMESTAMP_NEVER,
		.identified_ms = TIMESTAMP_NEVER,
		.holder_until_ms = TIMESTAMP_NEVER,
	};
	got = stmt_step(row, f);
	if (got <= 0)
		return got;
	got = read_row(row, r, f);
	stmt_reset(row);
	return got;
}

struct stmt *
cycles_list(struct database *db, struct fault *f)
{
	static const char sql[] = "SELECT subject, cluster, cluster_id, last_at,"
				  " (SELECT count(*) FROM tickets AS t"
				  " WHERE t.subject = c.subject AND t.cluster = c.cluster AND "
				  "t.status <> 'resolved'),"
				  " (SELECT count(*) FROM checks AS k"
				  " WHERE k.subject = c.subject AND k.cluster = c.cluster),"
				  " holder, holder_until"
				  " FROM cycles AS c"
				  " WHERE last_at IS NOT NULL"
				  " ORDER BY subject, cluster";

	return database_query(db, sql, f);
}

struct stmt *
cycles_subjects(struct database *db, const char *cluster, const char *subject, struct fault *f)
{
	static const char sql[] = "SELECT subject"
				  " FROM cycles"
				  " WHERE cluster = $1 AND last_at IS NOT NULL"
				  " AND subject = coalesce(CAST($2 AS TEXT), subject)"
				  " ORDER BY subject";
	struct stmt *row = database_query(db, sql, f);

	if (!row)
		return NULL;
	stmt_bind_text(row, 1, cluster);
	stmt_bind_text(row, 2, subject);
	return row;
}

int
cycles_adopt(struct database *db, const char *subject, const char *cluster, const char *id,
	struct fault *f)
{
	static const char sql[] = "UPDATE cycles SET cluster_id = $3"
				  " WHERE subject = $1 AND cluster = $2"
				  " AND (cluster_id IS NULL OR cluster_id <> $3)";
	struct stmt *s = database_query_of(db, sql, subject, cluster, f);

	if (!s)
		return -1;
	stmt_bind_text(s, 3, id);
	if (stmt_run(s, f))
		return -1;
	return database_changes(db) > 0;
}

int
cycles_forget(struct database *db, const char *subject, const char *cluster, struct fault *f)
{
	static const char sql[] = "DELETE FROM cycles WHERE subject = $1 AND cluster = $2";
	struct stmt *s = database_query_of(db, sql, subject, cluster, f);

	if (!s)
		return -1;
	return stmt_run(s, f);
}

const char cycles_note_sql[] =
	"INSERT INTO cycles (subject, cluster, cluster_id, last_at, digest, last_opened_at,"
	" step_ms, identified_at)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
	" ON CONFLICT (subject, cluster) DO UPDATE"
	" SET cluster_id = coalesce(excluded.cluster_id, cycles.cluster_id),"
	" last_at = excluded.last_at,"
	" digest = excluded.digest,"
	" last_opened_at = excluded.last_opened_at,"
	" step_ms = excluded.step_ms,"
	" identified_at = coalesce(excluded.identified_at, cycles.identified_at)";

const char cycles_note_opened_sql[] = "UPDATE cycles SET last_opened_at = $3"
				      " WHERE subject = $1 AND cluster = $2";

const char cycles_heal_sql[] = "UPDATE cycles SET identified_at = $3"
			       " WHERE subject = $1 AND cluster = $2 AND identified_at > $3";
