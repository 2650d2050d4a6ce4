/* SPDX-License-Identifier: ISC */
#ifndef OP_VIS_H
#define OP_VIS_H

#include <stddef.h>

struct buf;

/*
 * Appends text from outside in a form that is safe on a terminal: what
 * utf8_is_unsafe() names becomes \n, \t, \r, \xHH or \u{HHHH}, a byte that is
 * not UTF-8 becomes \xHH, everything else stays as it is. A newline is escaped
 * too, so one text is one line.
 */
void vis_add(struct buf *out, const char *text, size_t len);

/* As vis_add(), but newline and tab stay as they are: for texts of several lines, such as Markdown.
 */
void vis_add_lines(struct buf *out, const char *text, size_t len);

#endif
