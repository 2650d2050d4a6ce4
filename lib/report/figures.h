/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_FIGURES_H
#define OP_REPORT_FIGURES_H

struct buf;
struct history;

/* The numbers of a page. */

/* The few that matter, below the title. */
void figures_sums(struct buf *out, const struct history *h);

/* By invariant; what flaps; planned work; when nothing was watched. Each only if there is any. */
void figures_tables(struct buf *out, const struct history *h);

#endif
