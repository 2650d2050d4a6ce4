/* SPDX-License-Identifier: ISC */
#include "base/glob.h"
#include "ticket/database.h"
#include "ticket/postgres_set.h"
#include "ticket/store_lock.h"

/* Runs a query for its locks alone. All take them in the same order, to avoid deadlocks. */
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

/* Adds the clusters that match, as rows of *set. */
static int
find_matching(struct database *db, struct span cluster, struct postgres_set *set, struct fault *f)
{
	static const char sql[] = "SELECT subject, cluster FROM cycles";
	struct stmt *row = database_query(db, sql, f);
	int got = row ? 1 : -1;

	while (row && (got = stmt_step(row, f)) > 0) {
		struct span name = stmt_span(row, 1);

		if (!glob_match(cluster, name))
			continue;
		postgres_set_text(set, stmt_text(row, 0, NULL));
		postgres_set_span(set, name);
	}
	return got;
}

int
store_lock_matching(struct database *db, struct span cluster, struct fault *f)
{
	static const char sql[] =
		"SELECT 1"
		" FROM cycles"
		" WHERE (subject, cluster) IN"
		" (SELECT s.subject, s.cluster FROM unnest($1::text[], $2::text[])"
		" AS s (subject, cluster))"
		" ORDER BY subject, cluster"
		" FOR UPDATE";
	struct postgres_set set;
	struct stmt *s;
	int result;

	if (!cluster.at)
		return store_lock_clusters(db, NULL, NULL, f);
	postgres_set_init(&set, 2);
	result = find_matching(db, cluster, &set, f);
	s = result == 0 ? database_query(db, sql, f) : NULL;
	if (s)
		postgres_set_bind(&set, s, 1);
	postgres_set_free(&set);
	return s ? lock(s, f) : -1;
}
