/* SPDX-License-Identifier: ISC */
#ifndef OP_KIND_ROWS_H
#define OP_KIND_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "base/json_read.h"
#include "check/column.h"
#include "check/column_index.h"
#include "check/id_order.h"

struct schema_kind;
struct record_shape;

/*
 * The columns of one kind: those that an invariant reads, and id. For
 * lib/check/observations only.
 */
struct kind_rows_column {
	const char *name; /* NULL: no invariant reads it */
	uint32_t hash;
	struct column values;
	struct column_index lookup;
};

struct kind_rows {
	const char *name;
	size_t name_len;
	uint32_t rows;
	const struct record_shape *shape; /* of the last record, NULL at the beginning of a cycle */
	struct column records;		  /* where each row's record lies in the arena */
	struct kind_rows_column *columns; /* as in the schema */
	size_t count;
	int id; /* index of the column id, -1 if there is none */
	struct id_order order;
	uint16_t *slots; /* a hash table of the columns that are kept */
	uint32_t mask;
};

void kind_rows_init(
	struct kind_rows *k, const struct schema_kind *schema, const struct json_read *json);
void kind_rows_free(struct kind_rows *k);
void kind_rows_clear(struct kind_rows *k);

/* The kept column of that key, or -1. */
int kind_rows_column(const struct kind_rows *k, const struct json_text *key);

/*
 * Sets a value that was read. Its bytes, as written, are in the arena already, at
 * address `at`, after their length; a text with escapes is decoded to a place of
 * its own. -1 past 4 GiB of texts.
 */
int kind_rows_set(struct kind_rows *k, int column, enum json_token token, const struct json_text *t,
	uint32_t at, struct arena *a);

#endif
