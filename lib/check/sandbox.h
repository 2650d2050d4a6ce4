/* SPDX-License-Identifier: ISC */
#ifndef OP_SANDBOX_H
#define OP_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check/vtab.h"

struct fault;
struct schema;

enum {
	SANDBOX_SECONDS_MAX = 30,
	SANDBOX_SECONDS_MORE = 1,
};

/*
 * A connection that can do nothing but SELECT from kinds, with an allow-list of functions
 * whose value follows from their arguments alone.
 */
struct sandbox {
	sqlite3 *db;
	struct schema *schema;
	struct vtab *vtab;
	bool trusted;	  /* the statement being prepared is ours, around a checked one */
	bool *reads;	  /* by kind: set by what is prepared; columns become `wanted` */
	char denied[256]; /* why the last statement was refused, or "" */
	char word[64];	  /* the word of it that is refused, or "" */
	int64_t steps_left;
	bool ran_out;
	bool timed_out;
	int64_t deadline_ns;
};

/*
 * Sets SQLite up: one thread, no URIs, memory counted; if memory runs out, the process ends
 * (base/mem.h). Before every sqlite3_open_v2().
 */
void sandbox_configure(void);

/* -1 with a fault; a sandbox that failed to open needs no sandbox_close(). */
int sandbox_open(struct sandbox *s, struct schema *schema, struct vtab *vtab, struct fault *f);
void sandbox_close(struct sandbox *s);

/*
 * Limits for a cycle of so many observations: memory now, steps from each sandbox_run() on.
 * They make the same query end in the same way. SANDBOX_SECONDS_MAX of the wall clock after
 * sandbox_run() the query ends, too, with timed_out: nothing must come of its cycle then.
 *
 * SQLite asks for the time in loops alone, and a row can hold many calls that take a second
 * each. SANDBOX_SECONDS_MORE after that SIGALRM comes, whose handler ends the process; none
 * comes after sandbox_stop().
 */
void sandbox_size(const struct sandbox *s, size_t observations);
void sandbox_run(struct sandbox *s, size_t observations);
void sandbox_stop(void);

/* Why the last step failed: STATUS_TRY_AGAIN for the wall clock, STATUS_DATA otherwise. -1. */
int sandbox_fault(const struct sandbox *s, size_t observations, struct fault *f);

/* Ends a statement; what went wrong was its last step's, and is known. NULL is accepted. */
void sandbox_finalize(sqlite3_stmt *stmt);

/* The limit of steps, for messages. */
int64_t sandbox_steps(size_t observations);

#endif
