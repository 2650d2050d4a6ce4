/* SPDX-License-Identifier: ISC */
#include "base/fd.h"
#include "ticket/database.h"
#include "ticket/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/login.h"
#include "base/mem.h"

enum {
	APPLICATION_ID = 0x6f707469, /* "opti" */
	VERSION = 3,
	WAIT_MS = 10000, /* for another process */
};

static const char schema[] = {
#include "schema.sql.inc"
	0};

static const char migrate_1[] = {
#include "migrate-1.sql.inc"
	0};

static const char migrate_2[] = {
#include "migrate-2.sql.inc"
	0};

/* migrations[n] brings version n to version n + 1. */
static const char *const migrations[VERSION] = {[1] = migrate_1, [2] = migrate_2};

static char *
no_home(struct fault *f)
{
	fault_put(f, STATUS_CONFIG, "there is no home folder: --db or OP_DB is needed");
	return NULL;
}

/* ~/.operator, or NULL. */
static char *
home_folder(struct fault *f)
{
	const char *home = getenv("HOME");
	struct login login;
	struct buf path;

	if (!home || !*home) {
		if (login_read(&login, f))
			return NULL;
		home = login.home;
	}
	if (!*home)
		return no_home(f);
	buf_init(&path, 1 << 16);
	buf_printf(&path, "%s/.operator", home);
	if (path.full) {
		buf_free(&path);
		return no_home(f);
	}
	return buf_take(&path);
}

static int
make_folder(const char *folder, struct fault *f)
{
	char *parent;
	int fd;

	if (mkdir(folder, 0700) != 0)
		return errno == EEXIST ? 0 : fault_errno(f, STATUS_IO, errno, "%s", folder);
	/* it must survive a crash */
	parent = mem_copy_n(folder, (size_t)(strrchr(folder, '/') - folder));
	fd = open(*parent ? parent : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(parent);
	if (fd < 0)
		return 0; /* we cannot sync a parent that we may not read */
	(void)fsync(fd);  /* some file systems do not support it */
	fd_close(fd);
	return 0;
}

/* The path, the caller's to free(). */
static char *
database_path(const struct database_target *t, enum database_mode mode, struct fault *f)
{
	const char *env = getenv("OP_DB");
	struct buf path;
	char *folder;

	if (t->name)
		return mem_copy(t->name);
	if (env && *env)
		return mem_copy(env);
	folder = home_folder(f);
	if (!folder)
		return NULL;
	if (mode == DATABASE_CREATE && make_folder(folder, f)) {
		free(folder);
		return NULL;
	}
	buf_init(&path, 1 << 16);
	buf_printf(&path, "%s/tickets.db", folder); /* shorter than a path may be */
	free(folder);
	return buf_take(&path);
}

char *
database_name(const struct database_target *t)
{
	struct fault ignored;

	return database_path(t, DATABASE_READ, &ignored);
}

static bool
is_our_group(gid_t group)
{
	gid_t groups[256];
	int count = getgroups(256, groups);

	if (group == getegid())
		return true;
	for (int i = 0; i < count; i++)
		if (groups[i] == group)
			return true;
	return false;
}

/*
 * A folder that its group can write to, but others cannot, is meant for that
 * group: files that we create there belong to it, if we are a member.
 */
static void
share_with_group(int fd, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;
	char *folder = len ? mem_copy_n(path, len) : mem_copy(slash ? "/" : ".");
	struct stat st;

	if (stat(folder, &st) == 0 && (st.st_mode & (S_IWGRP | S_IWOTH)) == S_IWGRP &&
		is_our_group(st.st_gid) && fchown(fd, (uid_t)-1, st.st_gid) == 0)
		(void)fchmod(fd, 0660); /* if it fails it stays ours alone */
	free(folder);
}

/*
 * SQLite names the journal after the file. Whoever opens the file by another name
 * misses a journal that was left, and with it a cycle.
 */
static int
check_file(const char *path, const struct stat *st, enum database_mode mode, struct fault *f)
{
	if (!S_ISREG(st->st_mode))
		return fault_set(f, STATUS_DATA, "%s: not a regular file", path);
	if (st->st_nlink > 1 && (mode == DATABASE_CHANGE || mode == DATABASE_CREATE))
		return fault_set(f, STATUS_CONFIG,
			"%s: the file has %lu names (hard links); remove all but one, or copy it",
			path, (unsigned long)st->st_nlink);
	return 1;
}

bool
database_is_linked(const struct database_target *t)
{
	char *path = database_name(t);
	struct stat st;
	bool linked = path && stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink > 1;

	free(path);
	return linked;
}

int
database_now(struct database *db, int64_t *ms, struct fault *f)
{
	(void)db; /* a file is used on one host alone: its clock is the host's */
	(void)f;
	*ms = clock_wall_ms(); /* for comparisons, for which a clock before 1970 will do */
	return 0;
}

/* 2: created; 1: it existed; 0: it does not exist, and need not. */
static int
look_for(const char *path, enum database_mode mode, struct fault *f)
{
	struct stat st;
	int fd;

	if (stat(path, &st) == 0)
		return check_file(path, &st, mode, f);
	if (errno != ENOENT)
		return fault_errno(f, STATUS_IO, errno, "%s", path);
	if (mode != DATABASE_CREATE)
		return 0;
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST ? 1 : fault_errno(f, STATUS_IO, errno, "%s", path);
	share_with_group(fd, path);
	fd_close(fd); /* nothing was written */
	return 2;
}

/* Removes an unused new file and its queue. If that fails, an empty database stays. */
static void
remove_pair(const char *path)
{
	struct buf queue;

	buf_init(&queue, 1 << 16);
	buf_printf(&queue, "%s-queue", path);
	for (const char *name = path; name; name = name == path ? queue.data : NULL)
		(void)unlink(name);
	buf_free(&queue);
}

/* Changes when others commit, but not when we do. */
static const char data_version_sql[] = "PRAGMA data_version";

static int
remember_birth(struct database *db, struct fault *f)
{
	struct sqlite_birth *birth = sqlite_birth(db);

	birth->ours = database_number(db, data_version_sql, &birth->version, f) == 0;
	return birth->ours ? 0 : -1;
}

void
database_discard(struct database *db)
{
	const struct sqlite_birth *birth = sqlite_birth(db);
	struct fault ignored; /* then an empty database stays */
	int64_t version;

	if (birth->ours && database_begin(db, &ignored) == 0) {
		/* processes that wait for the lock notice that the name is gone, and write nothing
		 */
		if (database_number(db, data_version_sql, &version, &ignored) == 0 &&
			version == birth->version)
			remove_pair(birth->path);
		database_rollback(db);
	}
	database_close(db);
}

/* Unless another process has filled it since. */
static void
remove_empty(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && st.st_size == 0)
		remove_pair(path);
}

/*
 * Sets *version to that of the schema, 0 for a database without anything in it. Call it within a
 * transaction: another process may be creating the schema.
 */
static int
read_version(struct database *db, const char *path, int64_t *version, struct fault *f)
{
	static const char id_sql[] = "PRAGMA application_id";
	static const char version_sql[] = "PRAGMA user_version";
	static const char objects_sql[] = "SELECT count(*) FROM sqlite_schema";
	int64_t id;
	int64_t objects = 0;

	if (database_number(db, id_sql, &id, f) || database_number(db, version_sql, version, f))
		return -1;
	if (id == 0 && *version == 0 && database_number(db, objects_sql, &objects, f))
		return -1;
	if (id == 0 && *version == 0 && objects == 0)
		return 0;
	if (id != APPLICATION_ID || *version < 1)
		return fault_set(f, STATUS_DATA, "%s: a database, but not one of tickets", path);
	if (*version <= VERSION)
		return 0;
	fault_put(f, STATUS_CONFIG,
		"%s: its version %lld is newer than this op-ticket, which knows %d", path,
		(long long)*version, VERSION);
	f->newer = true;
	return -1;
}

static int
look_up_version(struct database *db, const char *path, int64_t *version, struct fault *f)
{
	int result;

	if (database_begin_read(db, f))
		return -1;
	result = read_version(db, path, version, f);
	database_rollback(db);
	return result;
}

/* Creates or migrates the schema in one transaction. made: we have created the file. */
static int
bring_up(struct database *db, const char *path, bool made, struct fault *f)
{
	int64_t version;

	if (database_begin(db, f))
		return -1;
	if (read_version(db, path, &version, f)) /* another process may have been faster */
		goto fail;
	if (version == 0) {
		if (sqlite_exec(db, schema, f))
			goto fail;
		version = VERSION;
		if (made && remember_birth(db, f))
			goto fail;
	}
	for (; version < VERSION; version++)
		if (sqlite_exec(db, migrations[version], f))
			goto fail;
	return database_commit(db, f);
fail:
	database_rollback(db);
	return -1;
}

static struct database *
open_file(const char *path, int64_t wait_ms, enum database_mode mode, bool made, struct fault *f)
{
	struct database *db = sqlite_open(path, wait_ms, f);
	struct database *copy;
	int64_t version;

	if (!db || look_up_version(db, path, &version, f))
		goto fail;
	if (mode == DATABASE_REHEARSE || mode == DATABASE_COPY ||
		(mode == DATABASE_READ && version != VERSION)) {
		copy = sqlite_copy(db, f);
		database_close(db);
		db = copy;
		if (!db)
			return NULL;
	}
	if (version != VERSION && bring_up(db, path, made, f))
		goto fail;
	return db;
fail:
	database_close(db);
	return NULL;
}

static struct database *
open_nothing(struct fault *f)
{
	struct database *db = sqlite_copy(NULL, f);

	if (db && bring_up(db, "the private copy", false, f)) {
		database_close(db);
		return NULL;
	}
	return db;
}

int
database_open(struct database **db, const struct database_target *t, enum database_mode mode,
	struct fault *f)
{
	char *path = database_path(t, mode, f);
	int there = path ? look_for(path, mode, f) : -1;
	struct database *opened = NULL;

	if (there > 0)
		opened = open_file(
			path, t->timeout_ms < 0 ? WAIT_MS : t->timeout_ms, mode, there == 2, f);
	else if (there == 0 && mode == DATABASE_REHEARSE)
		opened = open_nothing(f);
	if (there == 2 && !opened)
		remove_empty(path);
	free(path);
	if (there < 0 || (!opened && (there > 0 || mode == DATABASE_REHEARSE)))
		return -1;
	*db = opened;
	return 0;
}

/* Reads the version of the existing schema; 0 if it, or the file, is missing. */
static int
version_before(const char *path, int64_t *version, struct fault *f)
{
	struct database *db;
	struct stat st;
	int result;

	*version = 0;
	if (stat(path, &st) != 0 || st.st_size == 0)
		return 0;
	db = sqlite_open(path, WAIT_MS, f);
	result = db ? look_up_version(db, path, version, f) : -1;
	database_close(db);
	return result;
}

/* Opens it in that mode, which creates or migrates it. */
static int
bring_to_version(const struct database_target *t, enum database_mode mode, int64_t *from,
	int64_t *to, struct fault *f)
{
	char *path = database_path(t, mode, f);
	struct database *db = NULL;
	int result = path ? version_before(path, from, f) : -1;

	if (result == 0)
		result = database_open(&db, t, mode, f);
	*to = result == 0 && db ? VERSION : 0;
	database_close(db);
	free(path);
	return result;
}

int
database_create(const struct database_target *t, bool *made, struct fault *f)
{
	int64_t from, to;

	if (bring_to_version(t, DATABASE_CREATE, &from, &to, f))
		return -1;
	*made = from == 0;
	return 0;
}

int
database_migrate(const struct database_target *t, int64_t *from, int64_t *to, struct fault *f)
{
	return bring_to_version(t, DATABASE_CHANGE, from, to, f);
}
