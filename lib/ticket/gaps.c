/* SPDX-License-Identifier: ISC */
#include "ticket/gaps.h"

#include <stddef.h>

#include "ticket/database.h"

struct stmt *
gaps_overlapping(struct database *db, const char *subject, const char *cluster, const char *since,
	const char *until, struct fault *f)
{
	static const char sql[] = "SELECT subject, cluster, began_at, ended_at"
				  " FROM gaps"
				  " WHERE subject = coalesce(CAST($1 AS TEXT), subject)"
				  " AND cluster = coalesce(CAST($2 AS TEXT), cluster)"
				  " AND ended_at >= coalesce($3, ended_at)"
				  " AND began_at <= coalesce($4, began_at)"
				  " ORDER BY subject, cluster, began_at";
	struct stmt *row = database_query_of(db, sql, subject, cluster, f);

	if (!row)
		return NULL;
	stmt_bind_text(row, 3, since);
	stmt_bind_text(row, 4, until);
	return row;
}

const char gaps_note_sql[] = "INSERT INTO gaps (subject, cluster, began_at, ended_at)"
			     " VALUES ($1, $2, $3, $4)"
			     " ON CONFLICT (subject, cluster, began_at) DO UPDATE"
			     " SET ended_at = excluded.ended_at";
