/* SPDX-License-Identifier: ISC */
#ifndef OP_QUERY_COLUMNS_H
#define OP_QUERY_COLUMNS_H

#include <stdbool.h>

/* The columns with a meaning; the first three are required. */
enum query_column {
	QUERY_STORE_ID,
	QUERY_VIOLATED,
	QUERY_MESSAGE,
	QUERY_SEVERITY,
	QUERY_REASON,
	QUERY_OWN_COLUMNS,
};

/* The columns of an invariant's result. */
struct query_columns {
	int indices[QUERY_OWN_COLUMNS]; /* of those with a meaning; -1: it has none */
	int count;
};

/* Whether column i of the result has a meaning, so that it is not in the snapshot. */
static inline bool
query_columns_has_meaning(const struct query_columns *c, int i)
{
	for (int n = 0; n < QUERY_OWN_COLUMNS; n++)
		if (c->indices[n] == i)
			return true;
	return false;
}

#endif
