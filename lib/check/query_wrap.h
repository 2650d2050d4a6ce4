/* SPDX-License-Identifier: ISC */
#ifndef OP_QUERY_WRAP_H
#define OP_QUERY_WRAP_H

#include "base/span.h"
#include "check/query_columns.h"
#include "check/sandbox.h"

struct buf;

/* The text of a query around an invariant's own, which has been checked. */
struct query_wrap {
	const struct query_columns *columns;
	struct span own; /* the file's SELECT, perhaps extended by verdict_reads_find() */
	int reads;	 /* the column that this adds, VERDICT_READS_COLUMN; or -1 */
	/*
	 * The file's SELECT, if its columns can be referred to by name, because no two names are
	 * the same to SQL and none is VERDICT_READS_COLUMN. NULL: a WITH names them, which takes
	 * SQLite longer, since it copies a SELECT in a WITH.
	 */
	sqlite3_stmt *named;
	bool own_ids, truth_notes; /* as in query.h; query_wrap_explain() needs neither */
};

/*
 * The query that runs: columns in our order, and everything but store_id and violated only for rows
 * that are violated, or unknown for reasons that op_truth() cannot find. SQLite flattens it.
 */
void query_wrap_verdict(const struct query_wrap *w, struct buf *sql);

/* The query for people, of query_explain(). */
void query_wrap_explain(const struct query_wrap *w, struct buf *sql);

#endif
