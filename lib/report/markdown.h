/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_MARKDOWN_H
#define OP_REPORT_MARKDOWN_H

#include "base/span.h"

struct buf;

/*
 * Converts Markdown (CommonMark) from outside to HTML. Raw HTML is shown as
 * text, and images become links. A link is kept if html_link_ok() accepts it or
 * it is a mailto: link; otherwise only its text is. Headings start at <h5>,
 * below those of a card.
 */
void markdown_html(struct buf *out, struct span text);

/* The version of the library. */
const char *markdown_version(void);

#endif
