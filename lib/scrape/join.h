/* SPDX-License-Identifier: ISC */
#ifndef OP_JOIN_H
#define OP_JOIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_write;
struct prometheus;

#define JOIN_NO_ROW UINT32_MAX

/* The columns that Prometheus gave for the records of one kind: rows are records. */
struct join {
	const struct prometheus *prometheus;
	size_t *columns; /* numbers of prometheus->columns */
	size_t column_count;
	uint32_t *values; /* row by row, see vector.h; VALUE_NONE: not measured */
};

/*
 * Joins by the name of a sample: rows_by_instance[name], or rows_by_id[name]
 * where its label was an id, is its row, or JOIN_NO_ROW. nameless is the row
 * of samples without a name. A row that a column has two samples for has no
 * value in it, and the column is marked in its `error`.
 */
void join_init(struct join *j, struct prometheus *p, const char *kind, size_t row_count,
	const uint32_t *rows_by_instance, const uint32_t *rows_by_id, uint32_t nameless);
void join_free(struct join *j);

/* The value of a column of that name, or NAN. */
double join_value(const struct join *j, size_t row, const char *column);

/* Writes the values that are there as members of the object that is open, but not the column `but`.
 */
void join_write(const struct join *j, size_t row, const char *but, struct json_write *w);

#endif
