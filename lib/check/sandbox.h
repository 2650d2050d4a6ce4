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
 * A connection that can only SELECT from kinds, with an allow-list of deterministic
 * functions.
 */
struct sandbox {
	sqlite3 *db;
	struct schema *schema;
	struct vtab *vtab;
	bool trusted;	  /* the statement being prepared is ours, around a checked one */
	bool *reads;	  /* by kind: set by what is prepared; columns become `wanted` */
	char denied[256]; /* why the last statement was refused, or "" */
	char word[64];	  /* the word in it that was refused, or "" */
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
 * Limits for a cycle of so many observations: memory from now on, steps from each
 * sandbox_run() on. With them the same query always ends in the same way. The query also
 * ends after SANDBOX_SECONDS_MAX, with timed_out: its cycle must then not be written.
 *
 * SQLite checks the time only in loops, and a row can make many calls that take a second
 * each. So SANDBOX_SECONDS_MORE later SIGALRM is raised, whose handler ends the process;
 * sandbox_stop() prevents that.
 */
void sandbox_size(const struct sandbox *s, size_t observations);
void sandbox_run(struct sandbox *s, size_t observations);
void sandbox_stop(void);

/* Sets why the last step failed: STATUS_TRY_AGAIN for the time limit, else STATUS_DATA. -1. */
int sandbox_fault(const struct sandbox *s, size_t observations, struct fault *f);

/* Ends a statement, whose last step has reported any error. NULL is accepted. */
void sandbox_finalize(sqlite3_stmt *stmt);

/* The limit of steps, for messages. */
int64_t sandbox_steps(size_t observations);

#endif
