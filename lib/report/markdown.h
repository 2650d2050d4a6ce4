/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_MARKDOWN_H
#define OP_REPORT_MARKDOWN_H

#include "base/span.h"

struct buf;

/*
 * Markdown from outside (CommonMark) as HTML. Nothing in it becomes more than
 * text: raw HTML is shown as it was written, images become links, and a link
 * leads only to where html_link_ok() or mailto: does, else its text stays
 * alone. Headings start at <h5>, below those of a card.
 */
void markdown_html(struct buf *out, struct span text);

/* The version of the library. */
const char *markdown_version(void);

#endif
