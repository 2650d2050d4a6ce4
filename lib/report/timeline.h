/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_TIMELINE_H
#define OP_REPORT_TIMELINE_H

#include <stddef.h>

struct buf;
struct chart;
struct history;
struct ticket;

/*
 * Charts as SVG. Widths are percentages of whatever room there is, heights
 * are pixels: a chart needs no script and no scaling to fit a screen or a
 * sheet of paper. Colours and the shapes that repeat come from the page's
 * style sheet and from timeline_shapes().
 */

/* The hatch and the marks, once a page. */
void timeline_shapes(struct buf *out);

/* What the bars and marks mean, as a list. */
void timeline_legend(struct buf *out);

/* The chart; number makes its ids unique within the page. */
void timeline_chart(struct buf *out, const struct history *h, const struct chart *c, size_t number);

#endif
