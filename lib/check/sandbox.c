/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/sandbox.h"
#include "check/schema.h"

enum {
	STEPS_BASE = 100000000,
	STEPS_PER_OBSERVATION = 2000,
	STEPS_AT_ONCE = 500, /* a step can compare two texts of LENGTH_MAX */
	HEAP_BASE = 64 << 20,
	HEAP_PER_OBSERVATION = 1024,
	LENGTH_MAX = 256 << 10,
};

/*
 * Deterministic functions: none that read a clock (date and the like), random
 * numbers, the connection, or files.
 */
static const char *const allowed[] = {"->", "->>", "abs", "acos", "acosh", "asin", "asinh", "atan",
	"atan2", "atanh", "avg", "ceil", "ceiling", "char", "coalesce", "concat", "concat_ws",
	"cos", "cosh", "count", "cume_dist", "degrees", "dense_rank", "exp", "first_value", "floor",
	"format", "glob", "group_concat", "hex", "if", "ifnull", "iif", "instr", "json",
	"json_array", "json_array_length", "json_each", "json_error_position", "json_extract",
	"json_group_array", "json_group_object", "json_insert", "json_object", "json_patch",
	"json_quote", "json_remove", "json_replace", "json_set", "json_tree", "json_type",
	"json_valid", "lag", "last_value", "lead", "length", "like", "likelihood", "likely", "ln",
	"log", "log10", "log2", "lower", "ltrim", "max", "median", "min", "mod", "nth_value",
	"ntile", "nullif", "octet_length", "percent_rank", "percentile", "percentile_cont",
	"percentile_disc", "pi", "pow", "power", "printf", "quote", "radians", "rank", "replace",
	"round", "row_number", "rtrim", "sign", "sin", "sinh", "sqrt", "string_agg", "substr",
	"substring", "sum", "tan", "tanh", "total", "trim", "trunc", "typeof", "unhex", "unicode",
	"unlikely", "upper"};

static int
by_text(const void *key, const void *entry)
{
	return strcasecmp(key, *(const char *const *)entry);
}

static int
deny(struct sandbox *s, const char *what, const char *word, const char *why)
{
	if (s->denied[0])
		return SQLITE_DENY;
	text_format(s->denied, sizeof s->denied, "%s%.64s%s", what, word, why);
	text_format(s->word, sizeof s->word, "%s", word);
	return SQLITE_DENY;
}

/* SQLite's own tables, which show the connection and not the observations. */
static bool
is_own(const char *table)
{
	static const char *const prefixes[] = {
		"sqlite_", "pragma_", "dbstat", "bytecode", "tables_used", "fts", "rtree"};

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		if (!strncasecmp(table, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

static int
read_column(struct sandbox *s, const char *table, const char *column)
{
	int kind = schema_kind(s->schema, table), i;

	if (!strcasecmp(table, "json_each") || !strcasecmp(table, "json_tree"))
		return SQLITE_OK;
	/* without a column it may be the name of a WITH, as in count(*) */
	if (kind < 0 && !*column && !is_own(table))
		return SQLITE_OK;
	if (kind < 0)
		return deny(s, "no such table: ", table, "");
	if (s->reads)
		s->reads[kind] = true;
	i = schema_column(&s->schema->kinds[kind], column);
	if (i >= 0)
		s->schema->kinds[kind].columns[i].wanted = true;
	return SQLITE_OK;
}

static int
authorize(void *data, int action, const char *one, const char *two, const char *three,
	const char *four)
{
	struct sandbox *s = data;

	(void)three;
	(void)four;
	if (s->vtab->declaring)
		return SQLITE_OK;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_READ:
		return read_column(s, one, two);
	case SQLITE_FUNCTION:
		if (bsearch(two, allowed, sizeof allowed / sizeof *allowed, sizeof *allowed,
			    by_text))
			return SQLITE_OK;
		if (s->trusted && !strncmp(two, "op_", 3))
			return SQLITE_OK;
		return deny(s, "function ", two, " is not among those that an invariant can call");
	default:
		return deny(s, "", "", "an invariant is a SELECT and nothing else");
	}
}

static int
count_steps(void *data)
{
	struct sandbox *s = data;

	s->steps_left -= STEPS_AT_ONCE + s->vtab->skipped;
	s->vtab->skipped = 0;
	s->ran_out = s->steps_left < 0;
	s->timed_out = clock_monotonic_ns() > s->deadline_ns;
	return s->ran_out || s->timed_out;
}

static void
set_limits(sqlite3 *db)
{
	static const struct {
		int id, value;
	} limits[] = {
		{SQLITE_LIMIT_LENGTH, LENGTH_MAX},
		{SQLITE_LIMIT_SQL_LENGTH, 2 << 20},
		{SQLITE_LIMIT_ATTACHED, 0},
		{SQLITE_LIMIT_COLUMN, 1000},
		{SQLITE_LIMIT_EXPR_DEPTH, 500},
		{SQLITE_LIMIT_COMPOUND_SELECT, 100},
		{SQLITE_LIMIT_VDBE_OP, 100000},
		{SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
		{SQLITE_LIMIT_TRIGGER_DEPTH, 1},
		{SQLITE_LIMIT_WORKER_THREADS, 0},
	};

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		(void)sqlite3_limit(db, limits[i].id, limits[i].value); /* returns the old one */
}

/*
 * SQLite's memory: each block after its size. If memory runs out, mem_alloc() ends the process,
 * so SQLITE_NOMEM always means the limit that sandbox_size() sets.
 */
union piece {
	int64_t size;
	max_align_t align;
};

static void *
piece_alloc(int size)
{
	union piece *p = mem_alloc(sizeof *p + (size_t)size);

	p->size = size;
	return p + 1;
}

static void
piece_free(void *memory)
{
	free((union piece *)memory - 1);
}

static void *
piece_resize(void *memory, int size)
{
	union piece *p = mem_resize((union piece *)memory - 1, 1, sizeof *p + (size_t)size);

	p->size = size;
	return p + 1;
}

static int
piece_size(void *memory)
{
	return memory ? (int)((union piece *)memory - 1)->size : 0;
}

static int
piece_round(int size)
{
	return (size + 15) & ~15;
}

static int
memory_init(void *data)
{
	(void)data;
	return SQLITE_OK;
}

static void
memory_shutdown(void *data)
{
	(void)data;
}

static const sqlite3_mem_methods memory = {.xMalloc = piece_alloc,
	.xFree = piece_free,
	.xRealloc = piece_resize,
	.xSize = piece_size,
	.xRoundup = piece_round,
	.xInit = memory_init,
	.xShutdown = memory_shutdown};

/* Once SQLite is in use, these have no effect, and the first call's settings stay. */
void
sandbox_configure(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MALLOC, &memory);
	(void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	(void)sqlite3_config(SQLITE_CONFIG_URI, 0);
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 1); /* for the limit on memory */
}

/* SQLite declares its own virtual tables when first used, which must precede the authorizer. */
static const char setup[] = "PRAGMA temp_store = MEMORY;\n"
			    "SELECT 1 FROM json_each('[]'), json_tree('[]')";

/* With QPSG plans do not depend on parameters, or SQLite would prepare a LIKE $p again. */
int
sandbox_open(struct sandbox *s, struct schema *schema, struct vtab *vtab, struct fault *f)
{
	*s = (struct sandbox){.schema = schema, .vtab = vtab};
	sandbox_configure();
	if (sqlite3_open_v2(":memory:", &s->db,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX, NULL))
		goto bad;
	set_limits(s->db);
	if (sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL) ||
		sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL) ||
		sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) ||
		sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) ||
		sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL) ||
		sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL) ||
		sqlite3_exec(s->db, setup, NULL, NULL, NULL) ||
		sqlite3_set_authorizer(s->db, authorize, s))
		goto bad;
	return 0;
bad:
	fault_put(f, STATUS_TRY_AGAIN, "cannot open SQLite: %s", sqlite3_errmsg(s->db));
	sandbox_close(s);
	return -1;
}

void
sandbox_close(struct sandbox *s)
{
	(void)sqlite3_close(s->db); /* its statements are finalized */
	s->db = NULL;
}

int64_t
sandbox_steps(size_t observations)
{
	return STEPS_BASE + (int64_t)observations * STEPS_PER_OBSERVATION;
}

void
sandbox_size(const struct sandbox *s, size_t observations)
{
	(void)s;
	(void)sqlite3_hard_heap_limit64(HEAP_BASE + (int64_t)observations * HEAP_PER_OBSERVATION);
}

void
sandbox_run(struct sandbox *s, size_t observations)
{
	s->steps_left = sandbox_steps(observations);
	s->ran_out = s->timed_out = false;
	s->deadline_ns = clock_monotonic_ns() + SANDBOX_SECONDS_MAX * INT64_C(1000000000);
	s->vtab->skipped = 0;
	sqlite3_progress_handler(s->db, STEPS_AT_ONCE, count_steps, s);
	alarm(SANDBOX_SECONDS_MAX + SANDBOX_SECONDS_MORE);
}

void
sandbox_stop(void)
{
	alarm(0);
}

int
sandbox_fault(const struct sandbox *s, size_t observations, struct fault *f)
{
	if (s->timed_out)
		return fault_set(
			f, STATUS_TRY_AGAIN, "it took longer than %d s", SANDBOX_SECONDS_MAX);
	if (s->ran_out)
		return fault_set(f, STATUS_DATA, "ran past its limit of %lld steps",
			(long long)sandbox_steps(observations));
	return fault_set(f, STATUS_DATA, "%s", sqlite3_errmsg(s->db));
}

void
sandbox_finalize(sqlite3_stmt *stmt)
{
	(void)sqlite3_finalize(stmt); /* it repeats the error of the step */
}
