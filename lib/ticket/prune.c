/* SPDX-License-Identifier: ISC */
#include "ticket/prune.h"

#include "base/fault.h"
#include "base/timestamp.h"
#include "ticket/database.h"

enum { STRIDE = 5000 }; /* ids in a transaction */

static int
prune_range(struct database *db, int64_t from, const char *before, int64_t *count, struct fault *f)
{
	static const char sql[] = "DELETE FROM tickets"
				  " WHERE id > ?1 AND id <= ?2"
				  " AND status = 'resolved' AND resolved_at < ?3";
	struct stmt *s;

	if (database_begin(db, f))
		return -1;
	s = database_query(db, sql, f);
	if (!s)
		goto fail;
	stmt_bind_i64(s, 1, from);
	stmt_bind_i64(s, 2, from + STRIDE);
	stmt_bind_text(s, 3, before);
	if (stmt_run(s, f))
		goto fail;
	from = database_changes(db);
	if (database_commit(db, f))
		return -1;
	*count += from;
	return 0;
fail:
	database_rollback(db);
	return -1;
}

static int
forget_checks(struct database *db, const char *before, struct fault *f)
{
	static const char sql[] = "DELETE FROM checks WHERE last_listed_at < ?1";
	struct stmt *s = database_query(db, sql, f);

	if (!s)
		return -1;
	stmt_bind_text(s, 1, before);
	return stmt_run(s, f);
}

int
prune(struct database *db, int64_t before_ms, int64_t *count, struct fault *f)
{
	static const char last_sql[] = "SELECT coalesce(max(id), 0) FROM tickets";
	char before[TIMESTAMP_SIZE] = "";
	int64_t last;

	*count = 0;
	if (before_ms >= 0)
		timestamp_format(before, before_ms); /* else there is no time before it */
	if (database_number(db, last_sql, &last, f))
		return -1;
	for (int64_t from = 0; from < last; from += STRIDE)
		if (prune_range(db, from, before, count, f))
			return -1;
	return forget_checks(db, before, f);
}
