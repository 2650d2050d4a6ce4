/* SPDX-License-Identifier: ISC */
#ifndef OP_ENGINE_H
#define OP_ENGINE_H

/*
 * The seam inside of evaluation, and the one place where it includes SQLite:
 * schema.c, vtab.c, sandbox.c and eval.c share it. Everybody else sees eval.h.
 */

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

struct fault;
struct observations;
struct schema;

/* What the virtual tables show: a table per kind, of the observations at hand. */
struct vtab_view {
	const struct schema *schema;
	struct observations *observations;
	bool joins; /* the statement being prepared may have an outer join: filter nothing for it */
	int64_t skipped; /* rows that the tables kept to themselves since sandbox_run() looked last
			  */
	bool declaring; /* SQLite is being told a table's columns: that is no statement of a file */
};

/* Makes every kind of the schema a table of db. */
int vtab_register(sqlite3 *db, struct vtab_view *view, struct fault *f);

/*
 * A connection that can do nothing but SELECT from kinds, with an allow-list of functions
 * that depend on nothing but their arguments.
 */
struct sandbox {
	sqlite3 *db;
	struct schema *schema;
	struct vtab_view *view;
	bool trusted;	  /* the statement being prepared is ours, around a checked one */
	bool *reads;	  /* by kind: set by what is prepared; columns become `wanted` */
	char denied[256]; /* why the last statement was refused, or "" */
	char word[64];	  /* the word that it is about, or "" */
	int64_t steps_left;
	bool ran_out;
};

/* Sets SQLite up: one thread, no URIs, memory counted. Before every sqlite3_open_v2(). */
void sandbox_configure(void);

int sandbox_open(struct sandbox *s, struct schema *schema, struct vtab_view *view, struct fault *f);
void sandbox_close(struct sandbox *s);

/* Limits for a cycle of so many observations: memory now, steps from each sandbox_run() on. */
void sandbox_size(const struct sandbox *s, size_t observations);
void sandbox_run(struct sandbox *s, size_t observations);

/* The limit of steps, as it is said to people. */
int64_t sandbox_steps(size_t observations);

#endif
