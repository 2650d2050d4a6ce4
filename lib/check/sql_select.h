/* SPDX-License-Identifier: ISC */
#ifndef OP_SQL_SELECT_H
#define OP_SQL_SELECT_H

#include <stdbool.h>
#include <stddef.h>

#include "check/sql_lex.h"

/*
 * The parts of one SELECT, as ranges of tokens: just enough of SQL's grammar to find the columns of
 * its result and the tables that they come from.
 */
struct sql_range {
	size_t first, end; /* end is the first one after it */
};

struct sql_select {
	const struct sql_lex *lex;
	struct sql_range with;	  /* the tables of its WITH; empty if it has none */
	struct sql_range columns; /* of its result */
	struct sql_range from;
	bool distinct;
	bool aggregate; /* it has a GROUP BY, or a column calls an aggregate */
	bool compound;	/* it is followed by UNION or the like: the next one begins at next */
	bool all;	/* ... which is UNION ALL */
	size_t next;
};

/* A column of the result; name.at is NULL if it has no name that a query could use. */
struct sql_column {
	struct sql_range expression;
	struct span name;
	bool star;
};

/* A table of a FROM or a WITH. */
struct sql_table {
	struct span name;	/* of the table; of a subquery: at NULL */
	struct span alias;	/* by which columns name it; at NULL if it has no name */
	struct sql_range query; /* of a subquery */
	bool named_columns;	/* WITH name(column, ...) */
};

/* Reads the SELECT that begins at range.first, with or without a WITH. -1 if there is none. */
int sql_select_read(struct sql_select *s, const struct sql_lex *l, struct sql_range range);

/* The next column, table of the FROM or table of the WITH: begin with *at = 0. */
bool sql_select_column(const struct sql_select *s, size_t *at, struct sql_column *c);
bool sql_select_table(const struct sql_select *s, size_t *at, struct sql_table *t);
bool sql_select_with(const struct sql_select *s, size_t *at, struct sql_table *t);

/* Whether token i is a keyword that cannot be a column's name. */
bool sql_select_keyword(const struct sql_lex *l, size_t i);

/*
 * The end of the call of an aggregate or window function that begins at i, with its FILTER and
 * OVER; 0 if there is none.
 */
size_t sql_select_aggregate(const struct sql_lex *l, size_t i);

#endif
