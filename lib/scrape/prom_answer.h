/* SPDX-License-Identifier: ISC */
#ifndef OP_PROM_ANSWER_H
#define OP_PROM_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct buf;
struct fault;
struct lenient_json;

/*
 * What the answers to /api/v1/query and /api/v1/query_range have in common:
 *
 *	{"status":"success","warnings":["..."],"data":{"resultType":"vector","result":[{...}]}}
 *
 * An answer that says it is partial ("isPartial", VictoriaMetrics), or that
 * carries a warning which is not an annotation of the PromQL engine (Thanos),
 * is refused: what is missing from it would look like health.
 */
struct prom_answer {
	struct lenient_json *body;
	const char *type; /* the resultType that is wanted */

	/*
	 * Reads one series, an object that is entered already, to its end. 0, or
	 * -1 if the text cannot be read; anything else that is wrong goes to
	 * prom_answer_odd().
	 */
	int (*read_series)(struct prom_answer *a);
	void *arg; /* for read_series */
	struct buf
		*warnings; /* all of them are added to it, a line each, as far as it takes them */

	bool success, has_result, partial; /* these are filled in here */
	struct span found_type, error, warning;
	const char *odd;
};

/* Reads the whole answer. -1 with STATUS_UNAVAILABLE if it is not a whole result of that type. */
int prom_answer_read(struct prom_answer *a, struct fault *f);

/* Notes what is wrong with the result, such as "has a series without a value". The first one
 * counts. */
void prom_answer_odd(struct prom_answer *a, const char *what);

/*
 * Adds the value of a sample to `values` and sets *value to where it is
 * (prom_vector.h). NaN and infinities leave *value as it is.
 */
void prom_answer_value(
	struct prom_answer *a, struct buf *values, struct span text, uint32_t *value);

#endif
