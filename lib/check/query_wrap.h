/* SPDX-License-Identifier: ISC */
#ifndef OP_QUERY_WRAP_H
#define OP_QUERY_WRAP_H

#include "base/span.h"
#include "check/sandbox.h"

struct buf;
struct query;

/* The text of a query around an invariant's own, which has been checked. */
struct query_wrap {
	const struct query *query;
	struct span own; /* the file's SELECT, or as verdict_reads_find() extends it */
	int reads;	 /* the column that that adds: VERDICT_READS_COLUMN; -1: none */
	/*
	 * The file's SELECT, if its columns are to be called by their names: no two of them are the
	 * same to SQL, and none is VERDICT_READS_COLUMN. NULL: a WITH gives them names, which takes
	 * SQLite longer, since it works on a copy of a SELECT in a WITH.
	 */
	sqlite3_stmt *named;
};

/*
 * The query that runs: columns in our order, and everything but store_id and violated only for what
 * is violated, or unknown and has more to it than op_truth() finds. SQLite flattens it.
 */
void query_wrap_verdict(const struct query_wrap *w, struct buf *sql);

/* The query for people, of query_explain(). */
void query_wrap_explain(const struct query_wrap *w, struct buf *sql);

#endif
