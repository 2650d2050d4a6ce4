/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/span.h"
#include "ticket/database.h"
#include "ticket/database_uri.h"
#include "ticket/postgres.h"
#include "ticket/postgres_store.h"

enum { TIMEOUT_MS = 20000, STATEMENTS_MAX = 40 };

static const char schema[] = {
#include "pg/schema.sql.inc"
	0};

static const char rehearse[] = {
#include "pg/rehearse.sql.inc"
	0};

int
database_hand_over(const struct database_target *t, char **argv, struct fault *f)
{
	(void)argv;
	if (database_uri(t))
		return 0;
	return fault_set(f, STATUS_USAGE,
		"this program takes only postgresql:// databases; use op-ticket for files");
}

char *
database_name(const struct database_target *t)
{
	const char *uri = database_uri(t);

	return uri ? database_uri_name(uri) : NULL;
}

bool
database_is_linked(const struct database_target *t)
{
	(void)t; /* only files can have several names */
	return false;
}

static struct database *
new_database(const struct database_target *t, enum database_mode mode, struct fault *f)
{
	const char *uri = database_uri(t);
	struct database *db;
	char *name;

	if (database_hand_over(t, NULL, f) || database_uri_check(uri, f))
		return NULL;
	name = database_uri_name(uri);
	db = postgres_database(
		postgres_new(uri, name, t->timeout_ms < 0 ? TIMEOUT_MS : t->timeout_ms,
			mode != DATABASE_READ),
		mode);
	free(name);
	return db;
}

/*
 * Runs the statements of a script in one round trip and one transaction. Each
 * statement ends at a semicolon that ends a line.
 */
static int
run_script(struct database *db, const char *text, struct fault *f)
{
	struct pg_result *answers[STATEMENTS_MAX] = {NULL};
	struct span rest = span_of(text);
	struct buf sql;
	size_t count = 0;
	int result = 0;

	buf_init(&sql, 1 << 16);
	while (rest.at && result == 0) {
		struct span line = span_cut(&rest, '\n');

		buf_add(&sql, line.at, line.len);
		buf_add_char(&sql, '\n');
		if (!line.len || line.at[line.len - 1] != ';')
			continue;
		assert(count < STATEMENTS_MAX && !sql.full);
		result = postgres_send(postgres_of(db), sql.data, 0, NULL, &answers[count++], f);
		buf_clear(&sql);
	}
	if (result == 0)
		result = postgres_flush(postgres_of(db), f);
	for (size_t i = 0; i < count; i++)
		postgres_result_free(answers[i]);
	buf_free(&sql);
	return result;
}

int
database_open(struct database **db, const struct database_target *t, enum database_mode mode,
	struct fault *f)
{
	struct database *opened = new_database(t, mode, f);
	int result = opened ? 0 : -1;

	if (opened && mode != DATABASE_CHANGE && mode != DATABASE_CREATE)
		result = database_begin(opened, f);
	if (result == 0 && mode == DATABASE_REHEARSE)
		result = run_script(opened, rehearse, f);
	if (result) {
		database_close(opened);
		return -1;
	}
	*db = opened;
	return 0;
}

/* Reads the version from the first schema of the search path; 0 if there are no tables. */
static int
read_version(struct database *db, int64_t *version, struct fault *f)
{
	static const char there_sql[] =
		"SELECT count(*) FROM pg_catalog.pg_class AS c"
		" JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
		" WHERE c.relname = 'op_store' AND n.nspname = current_schema()";
	static const char version_sql[] = "SELECT version FROM op_store";
	int64_t there;

	*version = 0;
	if (database_number(db, there_sql, &there, f))
		return -1;
	return there ? database_number(db, version_sql, version, f) : 0;
}

int
database_create(const struct database_target *t, bool *made, struct fault *f)
{
	struct database *db = new_database(t, DATABASE_CREATE, f);
	struct fault ignored;
	int64_t version = 0;
	int result = db ? read_version(db, &version, f) : -1;

	*made = result == 0 && version == 0;
	if (*made) {
		result = run_script(db, schema, f);
		/* another process may have been faster */
		if (result && read_version(db, &version, &ignored) == 0 && version) {
			*made = false;
			result = 0;
		}
	}
	if (result == 0 && !*made)
		result = postgres_judge_version(db, version, f);
	database_close(db);
	return result;
}

/* No older version was ever released. */
int
database_migrate(const struct database_target *t, int64_t *from, int64_t *to, struct fault *f)
{
	struct database *db = new_database(t, DATABASE_CHANGE, f);
	int result = db ? read_version(db, from, f) : -1;

	*to = *from;
	if (result == 0)
		result = postgres_judge_version(db, *from, f);
	database_close(db);
	return result;
}
