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
 * Values are kept as Prometheus wrote them: that is exact, and a number need
 * not be made of a text and a text of the number. They are NUL-ended texts in
 * one piece of memory, each a number in JSON's grammar.
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

/* Which labels name an id; that of the instance counts where a series has none of them. */
enum prom_vector_labels {
	PROM_VECTOR_NOTHING,  /* no label names anything, instance neither */
	PROM_VECTOR_INSTANCE, /* no label is an id */
	PROM_VECTOR_STORE,    /* store_id, else store */
	PROM_VECTOR_ID,	      /* id */
};

/* What all answers of a server are read with, and where what they hold in common goes. */
struct prom_vector_context {
	struct intern *names; /* what series are about */
	struct buf *values;
	struct buf *warnings; /* a line each, as far as it takes them */
	const char *instance; /* the label that names an instance; NULL: "instance" */
};

/*
 * Reads the answer to GET /api/v1/query: status "success" and a result of
 * type vector. -1 with a sentence for everything else.
 */
int prom_vector_read(struct prom_vector *v, struct lenient_json *body,
	enum prom_vector_labels labels, const struct prom_vector_context *context, struct fault *f);
void prom_vector_free(struct prom_vector *v);

/*
 * How well a label identifies what its series is about: the one with the
 * highest rank counts, and above 1 it is an id. 0: nothing. instance as in
 * the context.
 */
int prom_vector_rank(
	enum prom_vector_labels labels, const char *instance, const struct json_text *key);

/* The number of a label's value. INTERN_NONE for an empty one, and for one that is too much. */
uint32_t prom_vector_name(struct prom_answer *a, struct intern *names, struct span text);

#endif
