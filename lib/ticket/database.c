/* SPDX-License-Identifier: ISC */
#include "ticket/database.h"

#include <assert.h>

#include "base/mem.h"

struct stmt *
database_query_of(struct database *db, const char *sql, const char *subject, const char *cluster,
	struct fault *f)
{
	struct stmt *s = database_query(db, sql, f);

	if (!s)
		return NULL;
	stmt_bind_text(s, 1, subject);
	stmt_bind_text(s, 2, cluster);
	return s;
}

struct stmt *
database_query_with(struct database *db, const char *sql, const char *subject, const char *cluster,
	const char *text, struct fault *f)
{
	struct stmt *s = database_query_of(db, sql, subject, cluster, f);

	if (!s)
		return NULL;
	stmt_bind_text(s, 3, text);
	return s;
}

int64_t
database_run_with(struct database *db, const char *sql, const char *subject, const char *cluster,
	const char *text, struct fault *f)
{
	struct stmt *s = database_query_with(db, sql, subject, cluster, text, f);

	return !s || stmt_run(s, f) ? -1 : database_changes(db);
}

struct stmt *
database_query_at(struct database *db, const char *sql, int64_t id, const char *at, struct fault *f)
{
	struct stmt *s = database_query(db, sql, f);

	if (!s)
		return NULL;
	stmt_bind_i64(s, 1, id);
	stmt_bind_text(s, 2, at);
	return s;
}

int
stmt_run(struct stmt *s, struct fault *f)
{
	int got = stmt_step(s, f);

	assert(got <= 0);
	return got;
}

struct span
stmt_span(struct stmt *s, int column)
{
	struct span text;

	text.at = stmt_text(s, column, &text.len);
	return text;
}

int
stmt_each(struct stmt *row, int (*take)(void *to, struct stmt *row, struct fault *f), void *to,
	struct fault *f)
{
	int got;

	while ((got = stmt_step(row, f)) > 0) {
		if (take(to, row, f)) {
			stmt_reset(row);
			return -1;
		}
	}
	return got;
}

int
stmt_number(struct stmt *row, int64_t *out, struct fault *f)
{
	int got = stmt_step(row, f);

	if (got < 0)
		return -1;
	*out = got ? stmt_i64(row, 0) : 0;
	stmt_reset(row);
	return 0;
}

int
stmt_numbers(struct stmt *row, int64_t **numbers, size_t *count, struct fault *f)
{
	size_t cap = 0;
	int got;

	*numbers = NULL;
	*count = 0;
	while ((got = stmt_step(row, f)) > 0) {
		*numbers = mem_grow(*numbers, *count, &cap, sizeof **numbers);
		(*numbers)[(*count)++] = stmt_i64(row, 0);
	}
	return got;
}

int
database_number(struct database *db, const char *sql, int64_t *out, struct fault *f)
{
	struct stmt *row = database_query(db, sql, f);

	return row ? stmt_number(row, out, f) : -1;
}
