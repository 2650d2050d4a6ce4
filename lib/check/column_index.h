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
 * A hash index over a column. It finds the rows that hold a value and a few that
 * do not, so the caller compares again.
 *
 * It does not follow SQL's rules for comparing numbers with texts, so it works
 * only if the column and the value are all texts or all numbers.
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

/* Builds it over rows 0 to rows - 1, unless it is built already. */
void column_index_build(
	struct column_index *l, const struct column *c, const struct arena *a, uint32_t rows);
void column_index_clear(struct column_index *l);

/* Whether it works for a value of this type. */
bool column_index_serves(const struct column_index *l, const struct value *v);

/* The first candidate for a value that is not NULL; then the next one after a row. */
uint32_t column_index_first(const struct column_index *l, const struct value *v);

static inline uint32_t
column_index_next(const struct column_index *l, uint32_t row)
{
	return l->next[row];
}

#endif
