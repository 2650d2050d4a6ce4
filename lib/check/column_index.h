/* SPDX-License-Identifier: ISC */
#ifndef OP_COLUMN_INDEX_H
#define OP_COLUMN_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"

struct arena;
struct column;
struct value;

/*
 * A hash index over a column: which rows may hold this value? The rows given
 * are those that do and a few that do not: the caller compares again.
 *
 * SQL compares numbers with texts by rules that the index does not follow, so
 * it serves only where all that the column holds is text and the value is
 * too, or all is numbers and the value is one.
 */
#define COLUMN_INDEX_NONE UINT32_MAX

struct column_index {
	bool built;
	bool texts;
	bool numbers;
	struct hash_key key; /* drawn for this index */
	uint32_t mask;
	uint32_t *heads; /* a row by hash; the first of its chain */
	uint32_t *next;	 /* by row; rows of a chain ascend */
};

/* Builds it over rows 0 to rows - 1; nothing to do if it is built already. */
void column_index_build(
	struct column_index *l, const struct column *c, const struct arena *a, uint32_t rows);
void column_index_clear(struct column_index *l);

/* Can it answer for a value of this type? */
bool column_index_serves(const struct column_index *l, const struct value *v);

/* The first candidate for a value that is not NULL; then the one after a row. */
uint32_t column_index_first(const struct column_index *l, const struct value *v);

static inline uint32_t
column_index_next(const struct column_index *l, uint32_t row)
{
	return l->next[row];
}

#endif
