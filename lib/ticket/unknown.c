/* SPDX-License-Identifier: ISC */
#include "ticket/unknown.h"

#include "ticket/database.h"

int
unknown_count(struct database *db, const char *subject, const char *cluster, int64_t *count,
	struct fault *f)
{
	static const char sql[] = "SELECT count(*)"
				  " FROM unknown"
				  " WHERE subject = coalesce(CAST($1 AS TEXT), subject)"
				  " AND cluster = coalesce(CAST($2 AS TEXT), cluster)";
	struct stmt *row = database_query_of(db, sql, subject, cluster, f);

	return row ? stmt_number(row, count, f) : -1;
}

int64_t
unknown_forget(struct database *db, const char *subject, const char *cluster, const char *invariant,
	struct fault *f)
{
	static const char sql[] =
		"DELETE FROM unknown"
		" WHERE subject = $1 AND cluster = $2"
		" AND invariant_name = coalesce(CAST($3 AS TEXT), invariant_name)";

	return database_run_with(db, sql, subject, cluster, invariant, f);
}

int
unknown_prune(struct database *db, const char *before, struct fault *f)
{
	static const char sql[] =
		"DELETE FROM unknown"
		" WHERE EXISTS (SELECT 1 FROM checks AS k"
		" WHERE k.subject = unknown.subject AND k.cluster = unknown.cluster"
		" AND k.invariant_name = unknown.invariant_name"
		" AND k.last_listed_at < $1)";
	struct stmt *s = database_query(db, sql, f);

	if (!s)
		return -1;
	stmt_bind_text(s, 1, before);
	return stmt_run(s, f);
}

const char unknown_heal_sql[] = "UPDATE unknown SET since = $3"
				" WHERE subject = $1 AND cluster = $2 AND since > $3";
