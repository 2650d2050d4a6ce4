/* SPDX-License-Identifier: ISC */
#ifndef OP_PROM_MATRIX_H
#define OP_PROM_MATRIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scrape/prom_vector.h"

struct fault;
struct lenient_json;

/*
 * The points in time of a range query: first, first + step, ... It may be a
 * part of a larger grid. An instant query has a single point and step_ms 0; the
 * server chooses its time.
 */
struct prom_grid {
	int64_t first_ms;
	int64_t step_ms;
	size_t count;
	size_t at; /* its first point in the larger grid */
};

enum { PROM_MATRIX_LABELS = 3 };

/* One series of a range, with its value at each point of the part that was asked for. */
struct prom_series {
	uint32_t labels[PROM_MATRIX_LABELS]; /* in the struct intern; INTERN_NONE: not there */
	bool by_id;			     /* as in struct prom_sample */
	size_t first, count;		     /* points of the larger grid */
	uint32_t *values;		     /* count of them, see prom_values_text() */
};

struct prom_matrix {
	struct prom_series *list;
	size_t count, cap;
};

/*
 * The labels that distinguish the series of an answer: with names NULL the
 * one label that prom_vector.h chooses by `labels`, as labels[0]; otherwise
 * the labels of these names, up to PROM_MATRIX_LABELS of them and a NULL;
 * "$instance" is the label that names an instance.
 */
struct prom_matrix_form {
	const char *const *names;
	enum prom_vector_labels labels;
};

/*
 * Reads the answer to GET /api/v1/query_range, or to GET /api/v1/query for an
 * instant, and adds its series to m, which must be zeroed at first. A range
 * queried in parts has a series for each part. -1 with STATUS_UNAVAILABLE, and m
 * unchanged, if the answer is not status "success" with a result of type matrix
 * (vector), if a time is not on the grid, repeated or out of order, and for
 * native histograms.
 */
int prom_matrix_read(struct prom_matrix *m, struct lenient_json *body, const struct prom_grid *grid,
	const struct prom_matrix_form *form, const struct prom_vector_context *context,
	struct fault *f);
void prom_matrix_free(struct prom_matrix *m);

/* The value at a point of the larger grid, or PROM_VALUE_NONE. */
uint32_t prom_series_at(const struct prom_series *s, size_t point);

/* The vector at one point of the grid: the series that have a value there. */
void prom_matrix_at(const struct prom_matrix *m, size_t point, struct prom_vector *v);

#endif
