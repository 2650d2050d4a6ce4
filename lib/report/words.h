/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_WORDS_H
#define OP_REPORT_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "report/history.h"

struct buf;

/* Names of things on the page, as HTML. */

/* "bar critical": a class and the severity's own. */
void words_class(char *out, size_t size, const char *class, enum severity s);

/*
 * The label of a row of the timeline, as the content of SVG's <text>: "store 2"
 * if its kind is known and its id is a number, else the id alone; "cluster"
 * for the whole cluster. At most max characters; a longer id is a <title>, too.
 */
void words_row(struct buf *out, struct span store, struct span kind, size_t max);

/* "store_down 2" */
void words_ticket(struct buf *out, const struct ticket *t);

/* <time datetime="...">24 Jan 23:08</time>; with its seconds as a title. Nothing for HISTORY_NEVER.
 */
void words_time(struct buf *out, int64_t ms);

/* The same with its seconds shown, and no title: for lists of many. */
void words_second(struct buf *out, int64_t ms);

/* "1 ticket", "2 tickets" */
void words_count(struct buf *out, size_t count, const char *noun);

/* The anchor of a ticket's card: TKT-3. */
void words_anchor(struct buf *out, const struct ticket *t);

/* A link to it. */
void words_link(struct buf *out, const struct ticket *t);

#endif
