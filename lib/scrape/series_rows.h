/* SPDX-License-Identifier: ISC */
#ifndef OP_SERIES_ROWS_H
#define OP_SERIES_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_write;
struct prometheus;

#define SERIES_ROWS_NONE UINT32_MAX

/* The columns that Prometheus gave for the records of one kind: rows are records. */
struct series_rows {
	const struct prometheus *prometheus;
	size_t *columns; /* numbers of prometheus->columns */
	size_t column_count;
	uint32_t *values; /* row by row, see prom_vector.h; PROM_VALUE_NONE: not measured */
};

/*
 * Joins by the name of a sample: rows_by_instance[name], or rows_by_id[name]
 * where its label was an id, is its row, or SERIES_ROWS_NONE. nameless is the row
 * of samples without a name. A row that a column has two samples for has no
 * value in it, and the column is marked in its `error`.
 */
void series_rows_init(struct series_rows *j, struct prometheus *p, const char *kind,
	size_t row_count, const uint32_t *rows_by_instance, const uint32_t *rows_by_id,
	uint32_t nameless);
void series_rows_free(struct series_rows *j);

/* The value of a column of that name, or NAN. */
double series_rows_value(const struct series_rows *j, size_t row, const char *column);

/* Writes the values that are there as members of the object that is open, but not the column `but`.
 */
void series_rows_write(
	const struct series_rows *j, size_t row, const char *but, struct json_write *w);

#endif
