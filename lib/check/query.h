/* SPDX-License-Identifier: ISC */
#ifndef OP_QUERY_H
#define OP_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "check/query_columns.h"
#include "check/sandbox.h"
#include "check/sql_lex.h"

struct fault;
struct invariant;
struct lint;

/* An invariant that is ready to run: for each row it calls the functions of verdict_functions.h. */
struct query {
	const struct invariant *invariant;
	sqlite3_stmt *stmt;
	bool *reads;	/* by kind */
	int kind;	/* the first that it reads: that of its snapshots; -1 for none */
	char **columns; /* those without a meaning of their own: for the snapshot */
	size_t column_count;
	char **reads_columns; /* what the verdict reads: see verdict_reads.h */
	size_t read_count;
	int *row_columns;   /* the same as columns of its only table; NULL: the query itself finds
			       what is NULL */
	bool own_ids;	    /* store_id is the id of the row of that table, a text */
	bool truth_notes;   /* op_truth() alone can note why a verdict is unknown */
	struct span own;    /* the file's SELECT, without its ; */
	struct sql_lex lex; /* its tokens */
	struct query_columns result;
};

/*
 * Prepares an invariant, and finds out what it reads. Reports every error to l. -1 if there was
 * one; call query_close() even then.
 */
int query_open(struct query *q, struct sandbox *s, const struct invariant *v, struct lint *l);
void query_close(struct query *q);

/* Binds the parameters of an invariant, $at and $cluster. -1 with a fault. */
int query_bind(sqlite3_stmt *stmt, const struct invariant *v, int64_t at_ms, const char *cluster,
	struct fault *f);

/*
 * Prepares a query for people: the columns with a meaning, in order, and then a text of what the
 * verdict reads, a line "name = value" each, or NULL if that is not known. NULL with a fault if it
 * cannot be prepared; the caller finalizes it.
 */
sqlite3_stmt *query_explain(const struct query *q, struct sandbox *s, struct fault *f);

#endif
