/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_FIGURES_H
#define OP_REPORT_FIGURES_H

struct buf;
struct history;

/* The figures of a page. */

/* Adds the main ones, which stand below the title. */
void figures_sums(struct buf *out, const struct history *h);

/* Adds tables of invariants, recurring tickets, mutes and gaps, each only if it has rows. */
void figures_tables(struct buf *out, const struct history *h);

#endif
