/* SPDX-License-Identifier: ISC */
#include "ticket/sqlite.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/mem.h"
#include "base/text.h"
#include "ticket/database.h"
#include "ticket/write_queue.h"

enum {
	STATEMENTS_MAX = 96,
	PARAMETERS_MAX = 32,
};

struct stmt {
	struct database *db;
	const char *sql;
	sqlite3_stmt *stmt;
	int bind_error;
	int parameters[PARAMETERS_MAX + 1]; /* SQLite's numbers of $1, $2, ... */
	bool busy;
};

struct database {
	sqlite3 *handle;
	char *path;
	bool private; /* no other process uses it */
	int queue;    /* our place at the head of the writers, or -1 */
	struct sqlite_birth birth;
	struct stmt stmts[STATEMENTS_MAX];
	size_t stmt_count;
};

static const struct {
	int code;
	enum status status;
	const char *sentence;
} errors[] = {
	{SQLITE_BUSY, STATUS_TRY_AGAIN, "locked by another process"},
	{SQLITE_LOCKED, STATUS_TRY_AGAIN, "locked by another process"},
	{SQLITE_FULL, STATUS_TRY_AGAIN, "the disk is full"},
	{SQLITE_NOMEM, STATUS_TRY_AGAIN, "out of memory"},
	{SQLITE_READONLY, STATUS_PERMISSION, "read-only"},
	{SQLITE_PERM, STATUS_PERMISSION, NULL},
	{SQLITE_AUTH, STATUS_PERMISSION, NULL},
	{SQLITE_CORRUPT, STATUS_DATA, "the database is corrupt"},
	{SQLITE_NOTADB, STATUS_DATA, "not a database"},
	{SQLITE_CONSTRAINT, STATUS_DATA, NULL},
	{SQLITE_MISMATCH, STATUS_DATA, NULL},
	{SQLITE_ERROR, STATUS_DATA, NULL}, /* a missing table or column */
	{SQLITE_TOOBIG, STATUS_DATA, NULL},
};

/* Reports system errors that the library hides or misreports: -1 and the fault, else 0. */
static int
system_fault(struct database *db, int code, int error, struct fault *f)
{
	int primary = code & 0xff;

	/* not a system error: SQLite's own limit is about 500 bytes */
	if (primary == SQLITE_CANTOPEN && error == ENOENT && access(db->path, F_OK) == 0)
		return fault_set(f, STATUS_CONFIG, "%s: its path is too long for SQLite", db->path);
	if ((primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN) && error)
		return fault_errno(f, STATUS_IO, error, "%s", db->path);
	/* SQLite reports a read error as a corrupt file, and missing locks as a held lock */
	if (primary == SQLITE_CORRUPT && error == EIO)
		return fault_errno(f, STATUS_IO, error, "%s", db->path);
	if (code == SQLITE_READONLY_DBMOVED)
		return fault_set(f, STATUS_TRY_AGAIN, "%s: it was removed meanwhile", db->path);
	if (primary == SQLITE_BUSY && error == ENOLCK)
		return fault_set(f, STATUS_TRY_AGAIN,
			"%s: its file system has no locks; on NFS, the lock service must run",
			db->path);
	return 0;
}

static int
sqlite_fault(struct database *db, int code, struct fault *f)
{
	int primary = code & 0xff;
	int left = errno; /* SQLite does not report the system's error for a failed COMMIT */
	int error = sqlite3_system_errno(db->handle);
	enum status status = STATUS_IO;
	const char *sentence = NULL; /* the library's */

	if (system_fault(db, code, error ? error : left, f))
		return -1;
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (errors[i].code == primary) {
			status = errors[i].status;
			sentence = errors[i].sentence;
		}
	if (code == SQLITE_READONLY_DIRECTORY)
		sentence = "its folder is read-only";
	if (primary == SQLITE_ERROR || primary == SQLITE_CONSTRAINT)
		sentence = sqlite3_errmsg(db->handle);
	return fault_set(f, status, "%s: %s", db->path, sentence ? sentence : sqlite3_errstr(code));
}

/* Before the library is initialized: one thread, no counters, and paths are never URIs. */
static void
configure(void) /* fails only when called too late, that is for a second connection */
{
	(void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	(void)sqlite3_config(SQLITE_CONFIG_URI, 0);
}

/* ":memory:" and "" are special to SQLite, but no path that begins with a dot or slash is. */
static char *
plain_path(const char *path)
{
	size_t len = strlen(path);
	char *plain;

	if (path[0] == '/')
		return mem_copy(path);
	plain = mem_alloc(len + 3);
	text_format(plain, len + 3, "./%s", path); /* it fits */
	return plain;
}

static int
set_up(struct database *db, int64_t wait_ms, struct fault *f)
{
	/*
	 * Durable: EXTRA also syncs the folder once the journal is gone. The
	 * cache holds what a large cycle changes, so that nothing is written
	 * before the commit.
	 */
	static const char pragmas[] = "PRAGMA synchronous = EXTRA;"
				      "PRAGMA temp_store = MEMORY;"
				      "PRAGMA cache_size = -24576;";

	/* before the first statement, which may have to wait for others */
	(void)sqlite3_busy_timeout(db->handle, wait_ms < INT_MAX ? (int)wait_ms : INT_MAX);
	if (sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) != SQLITE_OK ||
		sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) !=
			SQLITE_OK ||
		sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL) != SQLITE_OK)
		return fault_set(f, STATUS_CONFIG, "this SQLite library cannot be made safe");
	return sqlite_exec(db, pragmas, f);
}

static struct database *
open_path(const char *path, const char *name, int flags, int64_t wait_ms, struct fault *f)
{
	struct database *db = mem_zero(1, sizeof *db);
	int code;

	configure();
	db->birth.path = db->path = mem_copy(name);
	db->private = !*path;
	db->queue = -1;
	code = sqlite3_open_v2(path, &db->handle, flags | SQLITE_OPEN_EXRESCODE, NULL);
	if (code != SQLITE_OK)
		(void)sqlite_fault(db, code, f);
	if (code != SQLITE_OK || set_up(db, wait_ms, f)) {
		database_close(db);
		return NULL;
	}
	return db;
}

struct database *
sqlite_open(const char *path, int64_t wait_ms, struct fault *f)
{
	char *plain = plain_path(path);
	struct database *db = open_path(plain, path, SQLITE_OPEN_READWRITE, wait_ms, f);

	free(plain);
	return db;
}

struct database *
sqlite_copy(struct database *source, struct fault *f)
{
	/* the empty name is a file without a name, which is written only where memory is short */
	struct database *db = open_path("", source ? source->path : "the private copy",
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, 0, f);
	sqlite3_backup *backup;
	int code = SQLITE_OK;

	if (!db || !source)
		return db;
	backup = sqlite3_backup_init(db->handle, "main", source->handle, "main");
	while (backup && code == SQLITE_OK)
		code = sqlite3_backup_step(backup, -1);
	if (backup)
		(void)sqlite3_backup_finish(backup); /* it repeats the error of the step */
	else
		code = sqlite3_extended_errcode(db->handle);
	if (code == SQLITE_DONE)
		return db;
	(void)sqlite_fault(source, code, f);
	database_close(db);
	return NULL;
}

static void
leave_queue(struct database *db)
{
	write_queue_leave(db->queue);
	db->queue = -1;
}

void
database_close(struct database *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < db->stmt_count; i++)
		(void)sqlite3_finalize(db->stmts[i].stmt); /* it repeats the error of the step */
	(void)sqlite3_close(db->handle);		   /* nothing is left open */
	leave_queue(db);
	free(db->path);
	free(db);
}

int
sqlite_exec(struct database *db, const char *sql, struct fault *f)
{
	int code;

	errno = 0;
	code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
	return code == SQLITE_OK ? 0 : sqlite_fault(db, code, f);
}

static int
begin(struct database *db, const char *sql, struct fault *f)
{
	/* without memory, a rollback fails and leaves its transaction open */
	if (!sqlite3_get_autocommit(db->handle) && sqlite_exec(db, "ROLLBACK", f))
		return -1;
	return sqlite_exec(db, sql, f);
}

int
database_begin(struct database *db, struct fault *f)
{
	db->queue = db->private ? -1 : write_queue_enter(db->path, f);
	if (db->queue >= -1 && begin(db, "BEGIN IMMEDIATE", f) == 0)
		return 0;
	leave_queue(db);
	return -1;
}

int
database_begin_read(struct database *db, struct fault *f)
{
	return begin(db, "BEGIN", f);
}

int
database_commit(struct database *db, struct fault *f)
{
	if (sqlite_exec(db, "COMMIT", f) == 0) {
		leave_queue(db);
		return 0;
	}
	database_rollback(db);
	return -1;
}

void
database_rollback(struct database *db)
{
	/* if this fails, the next transaction or the next opening rolls back */
	if (!sqlite3_get_autocommit(db->handle))
		(void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
	leave_queue(db);
}

struct sqlite_birth *
sqlite_birth(struct database *db)
{
	return &db->birth;
}

int64_t
sqlite_last_id(const struct database *db)
{
	return sqlite3_last_insert_rowid(db->handle);
}

int64_t
database_changes(const struct database *db)
{
	return sqlite3_changes64(db->handle);
}

/* SQLite numbers $2, $1 in order of appearance. 0: there is none, and it is not bound. */
static void
find_parameters(struct stmt *s)
{
	int count = sqlite3_bind_parameter_count(s->stmt);
	char name[16];

	assert(count <= PARAMETERS_MAX);
	for (int n = 1; n <= count; n++) {
		text_format(name, sizeof name, "$%d", n);
		s->parameters[n] = sqlite3_bind_parameter_index(s->stmt, name);
		assert(s->parameters[n]);
	}
}

struct stmt *
database_query(struct database *db, const char *sql, struct fault *f)
{
	struct stmt *s;
	int code;

	for (size_t i = 0; i < db->stmt_count; i++)
		if (db->stmts[i].sql == sql) {
			assert(!db->stmts[i].busy);
			return &db->stmts[i];
		}
	assert(db->stmt_count < STATEMENTS_MAX);
	s = &db->stmts[db->stmt_count];
	*s = (struct stmt){.db = db, .sql = sql};
	code = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->stmt, NULL);
	if (code != SQLITE_OK) {
		(void)sqlite_fault(db, code, f);
		return NULL;
	}
	find_parameters(s);
	db->stmt_count++;
	return s;
}

static void
note_bind(struct stmt *s, int code)
{
	assert(code != SQLITE_RANGE && code != SQLITE_MISUSE);
	if (code != SQLITE_OK)
		s->bind_error = code;
}

void
stmt_bind_null(struct stmt *s, int n)
{
	note_bind(s, sqlite3_bind_null(s->stmt, s->parameters[n]));
}

void
stmt_bind_i64(struct stmt *s, int n, int64_t value)
{
	note_bind(s, sqlite3_bind_int64(s->stmt, s->parameters[n], value));
}

void
stmt_bind_double(struct stmt *s, int n, double value)
{
	note_bind(s, sqlite3_bind_double(s->stmt, s->parameters[n], value));
}

void
stmt_bind_text(struct stmt *s, int n, const char *text)
{
	stmt_bind_span(s, n, span_of(text));
}

void
stmt_bind_span(struct stmt *s, int n, struct span text)
{
	note_bind(s, sqlite3_bind_text64(s->stmt, s->parameters[n], text.at, text.len,
			     SQLITE_STATIC, SQLITE_UTF8));
}

int
stmt_step(struct stmt *s, struct fault *f)
{
	int code;
	int result = 0;

	errno = 0;
	code = s->bind_error ? s->bind_error : sqlite3_step(s->stmt);
	if (code == SQLITE_ROW) {
		s->busy = true;
		return 1;
	}
	if (code != SQLITE_DONE)
		result = sqlite_fault(s->db, code, f);
	stmt_reset(s);
	return result;
}

void
stmt_reset(struct stmt *s)
{
	(void)sqlite3_reset(s->stmt); /* it repeats the error of the step */
	s->bind_error = SQLITE_OK;
	s->busy = false;
}

int
stmt_columns(const struct stmt *s)
{
	return sqlite3_column_count(s->stmt);
}

const char *
stmt_name(struct stmt *s, int column)
{
	return sqlite3_column_name(s->stmt, column);
}

bool
stmt_is_null(struct stmt *s, int column)
{
	return sqlite3_column_type(s->stmt, column) == SQLITE_NULL;
}

bool
stmt_is_integer(struct stmt *s, int column)
{
	return sqlite3_column_type(s->stmt, column) == SQLITE_INTEGER;
}

int64_t
stmt_i64(struct stmt *s, int column)
{
	return sqlite3_column_int64(s->stmt, column);
}

double
stmt_double(struct stmt *s, int column)
{
	return sqlite3_column_double(s->stmt, column);
}

const char *
stmt_text(struct stmt *s, int column, size_t *len)
{
	const char *text = (const char *)sqlite3_column_text(s->stmt, column);

	if (len)
		*len = text ? (size_t)sqlite3_column_bytes(s->stmt, column) : 0;
	return text;
}
