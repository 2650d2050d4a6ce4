/* SPDX-License-Identifier: ISC */
#ifndef OP_SERIES_ROWS_H
#define OP_SERIES_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_write;
struct prometheus;
struct prometheus_error;

#define SERIES_ROWS_NONE UINT32_MAX

/* Prometheus' columns for the records of one kind; a row is a record. */
struct series_rows {
	const struct prometheus *prometheus;
	const char *kind;
	size_t *columns; /* numbers of prometheus->columns */
	size_t column_count;
	uint32_t *values; /* row by row, see prom_vector.h; PROM_VALUE_NONE: not measured */
	bool *doubled;	  /* by column: a record had two series, and therefore no value */
};

/*
 * Finds the row of each sample by its name: rows_by_instance[name], or
 * rows_by_id[name] if its label was an id; SERIES_ROWS_NONE is no row. nameless is
 * the row of samples without a name.
 */
void series_rows_init(struct series_rows *j, const struct prometheus *p, const char *kind,
	size_t row_count, const uint32_t *rows_by_instance, const uint32_t *rows_by_id,
	uint32_t nameless);
void series_rows_free(struct series_rows *j);

/* Sets the errors of doubled columns that have none; errors has one per column of prometheus. */
void series_rows_errors(const struct series_rows *j, struct prometheus_error *errors);

/* The value of a column of that name, or NAN. */
double series_rows_value(const struct series_rows *j, size_t row, const char *column);

/*
 * Writes the known values, except for the column `but`, as members of the open
 * object.
 */
void series_rows_write(
	const struct series_rows *j, size_t row, const char *but, struct json_write *w);

#endif
