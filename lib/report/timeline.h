/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_TIMELINE_H
#define OP_REPORT_TIMELINE_H

#include <stddef.h>

struct buf;
struct chart;
struct history;
struct ticket;

/*
 * Charts as SVG. Widths are percentages and heights are pixels, so that a chart
 * fits any screen or sheet of paper without scripts or scaling. Colours come
 * from the page's style sheet, repeated shapes from timeline_shapes().
 */

/* Adds the hatch and the marks, to be called once a page. */
void timeline_shapes(struct buf *out);

/* Adds the legend. */
void timeline_legend(struct buf *out);

/* Adds a chart; number makes its ids unique within the page. */
void timeline_chart(struct buf *out, const struct history *h, const struct chart *c, size_t number);

#endif
