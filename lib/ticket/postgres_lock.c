/* SPDX-License-Identifier: ISC */
#include "ticket/database.h"
#include "ticket/postgres_set.h"
#include "ticket/store_lock.h"

/* Runs it for the locks alone. They are taken in one order by all, so that none waits in a circle.
 */
static int
lock(struct stmt *s, struct fault *f)
{
	int got = stmt_step(s, f);

	stmt_reset(s);
	return got < 0 ? -1 : 0;
}

int
store_lock_tickets(struct database *db, const int64_t *ids, size_t count, struct fault *f)
{
	static const char sql[] =
		"SELECT 1"
		" FROM cycles"
		" WHERE (subject, cluster) IN"
		" (SELECT subject, cluster FROM tickets WHERE id = ANY($1::bigint[]))"
		" ORDER BY subject, cluster"
		" FOR UPDATE";
	struct stmt *s = database_query(db, sql, f);
	struct postgres_set set;

	if (!s)
		return -1;
	postgres_set_init(&set, 1);
	for (size_t i = 0; i < count; i++)
		postgres_set_i64(&set, ids[i]);
	postgres_set_bind(&set, s, 1);
	postgres_set_free(&set);
	return lock(s, f);
}

int
store_lock_clusters(struct database *db, const char *subject, const char *cluster, struct fault *f)
{
	static const char sql[] = "SELECT 1"
				  " FROM cycles"
				  " WHERE subject = coalesce(CAST($1 AS TEXT), subject)"
				  " AND cluster = coalesce(CAST($2 AS TEXT), cluster)"
				  " ORDER BY subject, cluster"
				  " FOR UPDATE";
	struct stmt *s = database_query_of(db, sql, subject, cluster, f);

	if (!s)
		return -1;
	return lock(s, f);
}
