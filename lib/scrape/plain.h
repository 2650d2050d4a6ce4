/* SPDX-License-Identifier: ISC */
#ifndef OP_PLAIN_H
#define OP_PLAIN_H

#include <stddef.h>

#include "base/span.h"

/*
 * An instant vector in the plain form that Prometheus writes:
 *
 *	{"status":"success","data":{"resultType":"vector","result":[
 *	{"metric":{"instance":"a:1"},"value":[1795306100.238,"2.5"]}]}}
 *
 * with these members in this order, up to PLAIN_LABELS_MAX labels, and texts
 * of visible ASCII without escapes. It is JSON, but needs no general reader:
 * with 1,000 stores most of a scrape is such text. Any other text is not
 * plain, which says nothing against it.
 */
struct plain {
	const char *at;
	const char *end;
	size_t count; /* of series so far */
};

enum { PLAIN_LABELS_MAX = 4 };

struct plain_series {
	struct span names[PLAIN_LABELS_MAX]; /* no two are equal */
	struct span values[PLAIN_LABELS_MAX];
	size_t label_count;
	struct span value; /* NaN, +Inf, a number, or what ever stands there */
};

/* Begins with it. 0, or -1 where it is not plain. */
int plain_open(struct plain *p, const char *text, size_t len);

/* 1 and the next series, 0 at the very end of the text, -1 where it is not plain after all. */
int plain_next(struct plain *p, struct plain_series *s);

#endif
