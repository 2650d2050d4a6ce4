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
 * A partial answer is refused, because what it lacks would look like health. It
 * is partial by "isPartial" (VictoriaMetrics), or by a warning that is not an
 * annotation of the PromQL engine (Thanos).
 */
struct prom_answer {
	struct lenient_json *body;
	const char *type; /* the resultType that is wanted */

	/*
	 * Reads one series, an object that has been entered, to its end. -1 if
	 * the text cannot be read; reports any other error by prom_answer_odd().
	 */
	int (*read_series)(struct prom_answer *a);
	void *arg;	      /* for read_series */
	struct buf *warnings; /* gets a line each, as long as there is room */

	bool success, has_result, partial; /* filled in by prom_answer_read() */
	struct span found_type, error, warning;
	const char *odd;
};

/* Reads the whole answer. -1 with STATUS_UNAVAILABLE if it is not a whole result of that type. */
int prom_answer_read(struct prom_answer *a, struct fault *f);

/* Records what is wrong with the result, such as "has too many series". The first call counts. */
void prom_answer_odd(struct prom_answer *a, const char *what);

/*
 * Adds the value of a sample to `values` and sets *value to where it is
 * (prom_vector.h). NaN and infinities leave *value as it is.
 */
void prom_answer_value(
	struct prom_answer *a, struct buf *values, struct span text, uint32_t *value);

#endif
