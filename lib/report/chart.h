/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_CHART_H
#define OP_REPORT_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct history;
struct ticket;

/*
 * The layout of one cluster's timeline: a row for the cluster itself, then one
 * for each store. A row has enough lanes that no two of its bars overlap.
 * Tickets outside the page's window are left out.
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
	struct span *quiet; /* stores whose tickets all lie outside the window: no rows */
	size_t quiet_count;
};

/* Makes a chart for each cluster with tickets or gaps, sorted by name, and sets *count. */
struct chart *charts_make(const struct history *h, size_t *count);
void charts_free(struct chart *charts, size_t count);

#endif
