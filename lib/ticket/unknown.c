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
