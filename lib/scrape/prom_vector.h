/* SPDX-License-Identifier: ISC */
#ifndef OP_PROM_VECTOR_H
#define OP_PROM_VECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

struct fault;
struct intern;
struct json_text;
struct lenient_json;
struct prom_answer;

/*
 * Values are kept as Prometheus wrote them, which is exact and avoids two
 * conversions. They are NUL-terminated texts in one piece of memory, each a
 * number in JSON's grammar.
 */
#define PROM_VALUE_NONE 0 /* the text is not a value */

void prom_values_init(struct buf *values);
const char *prom_values_text(
	const struct buf *values, uint32_t value); /* until the next one is added */

/* One series of an instant vector: what it is about, by its most specific label, and its value. */
struct prom_sample {
	uint32_t name;	 /* in the struct intern; INTERN_NONE: it has no such label */
	uint32_t value;	 /* see prom_values_text(); PROM_VALUE_NONE: it is not finite */
	bool by_id;	 /* the label was an id, not that of the instance */
	int64_t time_ms; /* since 1970 */
};

struct prom_vector {
	struct prom_sample *list;
	size_t count;
	size_t cap;
};

/* Which labels name an id. A series without one is named by its instance. */
enum prom_vector_labels {
	PROM_VECTOR_NOTHING,  /* no label counts, not even that of the instance */
	PROM_VECTOR_INSTANCE, /* no label is an id */
	PROM_VECTOR_STORE,    /* store_id, else store */
	PROM_VECTOR_ID,	      /* id */
};

/* Shared by all answers of a server. */
struct prom_vector_context {
	struct intern *names; /* what series are about */
	struct buf *values;
	struct buf *warnings; /* a line each, as long as there is room */
	const char *instance; /* the label that names an instance; NULL: "instance" */
};

/*
 * Reads the answer to GET /api/v1/query. -1 if it is not status "success" with a
 * result of type vector.
 */
int prom_vector_read(struct prom_vector *v, struct lenient_json *body,
	enum prom_vector_labels labels, const struct prom_vector_context *context, struct fault *f);
void prom_vector_free(struct prom_vector *v);

/*
 * How well a label identifies what its series is about. The label with the
 * highest rank counts; 0 does not identify anything, more than 1 is an id.
 * instance is that of the context.
 */
int prom_vector_rank(
	enum prom_vector_labels labels, const char *instance, const struct json_text *key);

/* The number of a label's value; INTERN_NONE if it is empty, too long, or one too many. */
uint32_t prom_vector_name(struct prom_answer *a, struct intern *names, struct span text);

#endif
