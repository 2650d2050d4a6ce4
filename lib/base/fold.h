/* SPDX-License-Identifier: ISC */
#ifndef OP_FOLD_H
#define OP_FOLD_H

#include <stddef.h>

struct buf;

/*
 * Folds the lines of a page, from byte start to its end, that are wider than a
 * terminal: at a blank, or within a word that is longer than the line. A folded
 * line continues after indent blanks; its first indent columns, the label, are
 * not folded. Nothing is lost. Call width_set_locale() first. A width of 0 is
 * unlimited.
 */
void fold_lines(struct buf *page, size_t start, size_t width, size_t indent);

#endif
