/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_HTML_H
#define OP_REPORT_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct buf;

/*
 * Builds HTML. Our own markup is added unchanged with html_raw() and
 * html_printf(); everything from outside goes through the other functions.
 * Failed appends leave the buf full, for the caller to check at the end.
 */
void html_raw(struct buf *out, const char *html);
void html_printf(struct buf *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * A text from outside, for the content of an element or a quoted attribute:
 * the five characters of markup become entities. Characters that could
 * deceive a reader (utf8_is_unsafe(), noncharacters, bytes that are not
 * UTF-8) become visible escapes, \x1b or \u{202e}. Newlines and tabs stay.
 */
void html_text(struct buf *out, struct span text);

/* The same, at most max characters of it: a longer text ends in an ellipsis. */
void html_cut(struct buf *out, struct span text, size_t max);

/* For finished HTML: escapes only the characters that could deceive. */
void html_visible(struct buf *out, struct span html);

/*
 * Whether a page may link to the URL: http:// or https:// with a host, without
 * blanks, quotes and other characters that RFC 3986 does not allow.
 */
bool html_link_ok(struct span url);

#endif
