/* SPDX-License-Identifier: ISC */
#ifndef OP_VERDICT_READS_H
#define OP_VERDICT_READS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

struct sql_lex;

#define VERDICT_READS_COLUMN "op reads"

/*
 * Finds the columns that the verdict of a query reads, in the text of its SELECT: those that the
 * expression of `violated` names. A column of a subquery counts as the columns that it is computed
 * from; one of a subquery with aggregates counts as itself.
 *
 * The result is the same query with one more column at the end, VERDICT_READS_COLUMN: for each row,
 * which of them are NULL (bit i: names[i]), or a text that lists their values, a line "name =
 * value" each.
 */
enum verdict_reads_form {
	VERDICT_READS_ROWS, /* adds nothing: only if all is read from the rows of one table */
	VERDICT_READS_MASK,
	VERDICT_READS_VALUES,
};

struct verdict_reads {
	char **names; /* in the order in which the verdict names them; at most 62 */
	size_t count;
	size_t cap;
	struct span table; /* VERDICT_READS_ROWS: the name of the table, */
	bool own_ids;	   /* and whether store_id is its column id */
	struct buf sql;	   /* otherwise: the query with its new column */
};

/*
 * lex: the tokens of the query, without a ; after it. through: also look through subqueries. 0, or
 * -1 if the query has a form that this cannot extend (a DISTINCT, a UNION that is not ALL) or reads
 * no column. Only preparing the result shows whether it is valid: looking through subqueries may
 * fail.
 */
int verdict_reads_find(struct verdict_reads *r, const struct sql_lex *lex,
	enum verdict_reads_form form, int through);
void verdict_reads_free(struct verdict_reads *r);

#endif
