/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/text.h"
#include "ticket/database.h"
#include "ticket/postgres.h"
#include "ticket/postgres_store.h"

enum { STATEMENTS_MAX = 128, PARAMETERS_MAX = 24, NUMBER_SIZE = 32 };

/* A statement and, once it has run, its rows. */
struct stmt {
	struct database *db;
	const char *sql;
	char *values[PARAMETERS_MAX]; /* $1 first; NULL is SQL's NULL */
	int count;
	struct pg_result *rows;
	int row;
	int end; /* of the window, or -1 */
	enum { IDLE, SENT, READY } state;
};

struct database {
	struct postgres *pg;
	struct postgres_transaction transaction;
	struct postgres_expected expected;
	struct stmt stmts[STATEMENTS_MAX];
	size_t stmt_count;
	int64_t changes;
};

struct database *
postgres_database(struct postgres *p, enum database_mode mode)
{
	struct database *db = mem_zero(1, sizeof *db);

	db->pg = p;
	db->transaction.mode = mode;
	return db;
}

struct postgres *
postgres_of(struct database *db)
{
	return db->pg;
}

struct postgres_transaction *
postgres_transaction(struct database *db)
{
	return &db->transaction;
}

static void
forget_rows(struct stmt *s)
{
	postgres_result_free(s->rows);
	s->rows = NULL;
	s->end = -1;
	s->state = IDLE;
}

void
database_close(struct database *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < db->stmt_count; i++) {
		forget_rows(&db->stmts[i]);
		for (int n = 0; n < PARAMETERS_MAX; n++)
			free(db->stmts[i].values[n]);
	}
	postgres_free(db->pg);
	free(db->expected.ids);
	free(db);
}

void
database_discard(struct database *db)
{
	database_close(db); /* opening it has created nothing */
}

struct stmt *
database_query(struct database *db, const char *sql, struct fault *f)
{
	struct stmt *s;

	(void)f; /* nothing is sent yet */
	for (size_t i = 0; i < db->stmt_count; i++)
		if (db->stmts[i].sql == sql) {
			forget_rows(&db->stmts[i]); /* if any are unread */
			return &db->stmts[i];
		}
	assert(db->stmt_count < STATEMENTS_MAX);
	s = &db->stmts[db->stmt_count++];
	*s = (struct stmt){.db = db, .sql = sql, .end = -1};
	return s;
}

struct stmt *
postgres_ready(struct database *db, const char *sql)
{
	struct stmt *s = db->stmts;

	while (s->sql != sql)
		s++;
	assert(s->state == READY);
	return s;
}

/* Owns the value, which may be NULL. */
static void
bind(struct stmt *s, int n, char *value)
{
	assert(n > 0 && n <= PARAMETERS_MAX);
	free(s->values[n - 1]);
	s->values[n - 1] = value;
	if (s->count < n)
		s->count = n;
}

void
stmt_bind_null(struct stmt *s, int n)
{
	bind(s, n, NULL);
}

void
stmt_bind_i64(struct stmt *s, int n, int64_t value)
{
	char text[NUMBER_SIZE];

	text_format(text, sizeof text, "%lld", (long long)value);
	bind(s, n, mem_copy(text));
}

void
stmt_bind_double(struct stmt *s, int n, double value)
{
	char text[NUMBER_SIZE];
	size_t len = number_format(text, value);

	bind(s, n, mem_copy_n(text, len));
}

void
stmt_bind_text(struct stmt *s, int n, const char *text)
{
	bind(s, n, text ? mem_copy(text) : NULL);
}

void
stmt_bind_span(struct stmt *s, int n, struct span text)
{
	bind(s, n, text.at ? mem_copy_n(text.at, text.len) : NULL);
}

int
postgres_queue(struct stmt *s, struct fault *f)
{
	assert(s->state == IDLE);
	if (s->db->transaction.open && !postgres_connected(s->db->pg))
		return fault_set(f, STATUS_TRY_AGAIN, "%s: the connection was lost",
			postgres_name(s->db->pg));
	if (postgres_send(s->db->pg, s->sql, s->count, (const char *const *)s->values, &s->rows, f))
		return -1;
	s->state = SENT;
	s->row = -1;
	return 0;
}

int
postgres_queue_text(struct database *db, const char *sql, struct fault *f)
{
	struct stmt *s = database_query(db, sql, f);

	return s ? postgres_queue(s, f) : -1;
}

int
postgres_take(struct database *db, struct fault *f)
{
	int result;

	if (!postgres_changes(&db->transaction))
		postgres_restart(db->pg);
	result = postgres_flush(db->pg, f);

	for (size_t i = 0; i < db->stmt_count; i++) {
		if (db->stmts[i].state != SENT)
			continue;
		db->stmts[i].state = READY;
		if (result)
			forget_rows(&db->stmts[i]);
	}
	return result;
}

int
stmt_step(struct stmt *s, struct fault *f)
{
	if (s->state != READY && (postgres_queue(s, f) || postgres_take(s->db, f)))
		return -1;
	if (++s->row < (s->end < 0 ? postgres_row_count(s->rows) : s->end))
		return 1;
	if (s->end >= 0)
		return 0;
	s->db->changes = postgres_changed(s->rows);
	stmt_reset(s);
	return 0;
}

void
stmt_reset(struct stmt *s)
{
	if (s->end < 0)
		forget_rows(s);
}

int64_t
database_changes(const struct database *db)
{
	return db->changes;
}

int
postgres_rows(const struct stmt *s)
{
	return postgres_row_count(s->rows);
}

bool
postgres_changes(const struct postgres_transaction *t)
{
	return t->mode == DATABASE_CHANGE || t->mode == DATABASE_CREATE;
}

struct postgres_expected *
postgres_expected(struct database *db)
{
	return &db->expected;
}

void
postgres_window(struct stmt *s, int from, int to)
{
	s->row = from - 1;
	s->end = to;
}

void
postgres_seek(struct stmt *s, int row)
{
	s->row = row;
}

int
stmt_columns(const struct stmt *s)
{
	return postgres_column_count(s->rows);
}

const char *
stmt_name(struct stmt *s, int column)
{
	return postgres_column_name(s->rows, column);
}

const char *
stmt_text(struct stmt *s, int column, size_t *len)
{
	const char *text = postgres_value(s->rows, s->row, column, len);

	if (len && !text)
		*len = 0;
	return text;
}

bool
stmt_is_null(struct stmt *s, int column)
{
	return !stmt_text(s, column, NULL);
}

double
stmt_double(struct stmt *s, int column)
{
	size_t len;
	const char *text = stmt_text(s, column, &len);
	double value = 0;

	(void)(text && number_double(text, len, &value)); /* a text counts as 0 */
	return value;
}

int64_t
stmt_i64(struct stmt *s, int column)
{
	enum postgres_type type = postgres_column_type(s->rows, column);
	size_t len;
	const char *text = stmt_text(s, column, &len);
	int64_t value = 0;

	if (type == POSTGRES_BOOL)
		return text && *text == 't';
	if (type == POSTGRES_DOUBLE)
		return (int64_t)stmt_double(s, column);
	(void)(text && number_i64(text, len, INT64_MIN, INT64_MAX, &value)); /* likewise */
	return value;
}

/* Whole doubles are integers here, as in a column of SQLite. */
bool
stmt_is_integer(struct stmt *s, int column)
{
	double value;

	switch (postgres_column_type(s->rows, column)) {
	case POSTGRES_INTEGER:
	case POSTGRES_BOOL:
		return !stmt_is_null(s, column);
	case POSTGRES_DOUBLE:
		value = stmt_double(s, column);
		return !stmt_is_null(s, column) && value == (double)(int64_t)value;
	case POSTGRES_TEXT:
		break;
	}
	return false;
}

int
postgres_queue_commit(struct database *db, struct fault *f)
{
	return postgres_send_commit(db->pg, f);
}

const char postgres_now_sql[] =
	"SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

int
database_now(struct database *db, int64_t *ms, struct fault *f)
{
	return database_number(db, postgres_now_sql, ms, f);
}
