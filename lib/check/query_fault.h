/* SPDX-License-Identifier: ISC */
#ifndef OP_QUERY_FAULT_H
#define OP_QUERY_FAULT_H

struct invariant;
struct lint;
struct sandbox;

/*
 * Report errors in an invariant's SELECT, with their place in the file. All return what
 * lint_error() or lint_warning() does.
 */

/* len bytes at `at` in the file's text. */
int query_fault_at(struct lint *l, const struct invariant *v, const char *at, int len,
	const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* The statement that SQLite could not prepare. */
int query_fault_sql(struct lint *l, const struct sandbox *s, const struct invariant *v);

/* A parameter that no header line declares; a declared one that the query does not name. */
int query_fault_param(struct lint *l, const struct invariant *v, const char *name);
int query_fault_unused(struct lint *l, const struct invariant *v, const char *name);

#endif
