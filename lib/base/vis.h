/* SPDX-License-Identifier: ISC */
#ifndef OP_VIS_H
#define OP_VIS_H

#include <stddef.h>

struct buf;

/*
 * Appends text from outside in a form that a terminal can be shown: what
 * utf8_is_unsafe() names becomes \n, \t, \r, \xHH or \u{HHHH}, a byte that is
 * no UTF-8 becomes \xHH, all else stays as it is. A newline is escaped too:
 * one text is one line. Returns 0, or -1 past the ceiling of out.
 */
int vis_add(struct buf *out, const char *text, size_t len);

/* As vis_add(), but newline and tab stay as they are: for texts of several lines, Markdown say. */
int vis_add_lines(struct buf *out, const char *text, size_t len);

#endif
