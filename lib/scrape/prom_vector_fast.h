/* SPDX-License-Identifier: ISC */
#ifndef OP_PROM_VECTOR_FAST_H
#define OP_PROM_VECTOR_FAST_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/*
 * An instant vector in the plain form that Prometheus writes:
 *
 *	{"status":"success","data":{"resultType":"vector","result":[
 *	{"metric":{"instance":"a:1"},"value":[1795306100.238,"2.5"]}]}}
 *
 * with these members in this order and no blanks between them, up to
 * PROM_VECTOR_FAST_LABELS_MAX labels, and texts of ASCII without escapes.
 * Most of a scrape of 1,000 stores is such text, which needs no general JSON reader.
 * Text that is not plain can still be valid.
 */
struct prom_vector_fast {
	const char *at;
	const char *end;
	size_t count;	  /* of series so far */
	struct span time; /* of the last series, as a text and converted */
	int64_t time_ms;
};

enum { PROM_VECTOR_FAST_LABELS_MAX = 4 };

struct prom_vector_fast_series {
	struct span names[PROM_VECTOR_FAST_LABELS_MAX]; /* no two are equal */
	struct span values[PROM_VECTOR_FAST_LABELS_MAX];
	size_t label_count;
	int64_t time_ms;
	struct span value; /* NaN, +Inf, a number, or any other text */
};

/* Converts seconds since 1970 to milliseconds, limited to times that clocks show. */
int64_t prom_vector_fast_time_ms(double seconds);

/* Begins to read. 0, or -1 if it is not plain. */
int prom_vector_fast_open(struct prom_vector_fast *p, const char *text, size_t len);

/* 1 and the next series, 0 at the end of the text, -1 if it is not plain after all. */
int prom_vector_fast_next(struct prom_vector_fast *p, struct prom_vector_fast_series *s);

#endif
