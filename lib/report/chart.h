/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_CHART_H
#define OP_REPORT_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct history;
struct ticket;

/*
 * One cluster's timeline, laid out: a row for the cluster itself, then one for
 * each store, and in each row as many lanes as tickets overlap. What lies
 * outside of the page's time is not in it.
 */
struct bar {
	const struct ticket *ticket;
	unsigned lane; /* of its row, from 0 */
};

struct row {
	struct span store; /* at is NULL: the cluster itself */
	size_t first_bar, bar_count;
	unsigned lanes; /* at least 1 */
};

struct chart {
	struct span subject, cluster;
	struct row *rows;
	size_t row_count;
	struct bar *bars;
	size_t bar_count;
	struct span *quiet; /* stores whose tickets all lie outside: their rows are folded */
	size_t quiet_count;
};

/* A chart for each cluster that has tickets or gaps, by name. *count is how many. */
struct chart *charts_make(const struct history *h, size_t *count);
void charts_free(struct chart *charts, size_t count);

#endif
