/* SPDX-License-Identifier: ISC */
#ifndef OP_FOLD_H
#define OP_FOLD_H

#include <stddef.h>

struct buf;

/*
 * Folds the lines of a page, from byte start to its end, that are wider than
 * a terminal: at a blank, or within a word that is longer than the line. What
 * is folded goes on after indent blanks; the first indent columns of a line,
 * its label, stay together. Nothing is lost. Call width_set_locale() first. A
 * width of 0 is any width.
 */
void fold_lines(struct buf *page, size_t start, size_t width, size_t indent);

#endif
