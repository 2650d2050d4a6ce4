/* SPDX-License-Identifier: ISC */
#ifndef OP_PROM_MATRIX_H
#define OP_PROM_MATRIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scrape/prom_vector.h"

struct fault;
struct lenient_json;

/* The points in time of a range query: first, first + step, ... */
struct prom_grid {
	int64_t first_ms;
	int64_t step_ms;
	size_t count;
};

enum { PROM_MATRIX_LABELS = 3 };

/* One series of a range, with its value at each point of the grid. */
struct prom_series {
	uint32_t labels[PROM_MATRIX_LABELS]; /* in the struct intern; INTERN_NONE: not there */
	bool by_id;			     /* as in struct prom_sample */
	uint32_t *values;		     /* grid->count, see prom_values_text() */
};

struct prom_matrix {
	struct prom_series *list;
	size_t count, cap;
};

/*
 * What the series of an answer are to be told apart by: with names NULL the
 * one label that prom_vector.h chooses by `labels`, as labels[0]; otherwise
 * the labels of these names, up to PROM_MATRIX_LABELS of them and a NULL;
 * "$instance" is the label that names an instance.
 */
struct prom_matrix_form {
	const char *const *names;
	enum prom_vector_labels labels;
};

/*
 * Reads the answer to GET /api/v1/query_range: status "success" and a result
 * of type matrix. -1 with STATUS_UNAVAILABLE for everything else, also for a
 * time beside the grid, twice or out of order, and for native histograms.
 */
int prom_matrix_read(struct prom_matrix *m, struct lenient_json *body, const struct prom_grid *grid,
	const struct prom_matrix_form *form, const struct prom_vector_context *context,
	struct fault *f);
void prom_matrix_free(struct prom_matrix *m);

/* The vector at one point of the grid: the series that have a value there. */
void prom_matrix_at(const struct prom_matrix *m, size_t point, struct prom_vector *v);

#endif
