/* SPDX-License-Identifier: ISC */
#ifndef OP_POSTGRES_SET_H
#define OP_POSTGRES_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

struct stmt;

/*
 * Rows as parameters: an array for each column, in PostgreSQL's own format, for
 * unnest($1::text[], $2::bigint[], ...). One statement handles any number of
 * rows.
 */

enum { POSTGRES_SET_COLUMNS = 16 };

struct postgres_set {
	struct buf columns[POSTGRES_SET_COLUMNS];
	size_t width;
	size_t at; /* the next column */
	size_t rows;
};

void postgres_set_init(struct postgres_set *s, size_t width);
void postgres_set_free(struct postgres_set *s);

/* Add a value to the next column; after the last column the next row begins. */
void postgres_set_span(struct postgres_set *s, struct span text); /* at is NULL for SQL's NULL */
void postgres_set_text(struct postgres_set *s, const char *text); /* NULL for SQL's NULL */
void postgres_set_i64(struct postgres_set *s, int64_t value);
void postgres_set_bool(struct postgres_set *s, bool value);
void postgres_set_double(struct postgres_set *s, double value); /* below 0 for SQL's NULL */
void postgres_set_time(struct postgres_set *s, int64_t ms);	/* TIMESTAMP_NEVER for SQL's NULL */

/* Binds the columns from $first on. */
void postgres_set_bind(const struct postgres_set *s, struct stmt *stmt, int first);

#endif
