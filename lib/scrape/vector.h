/* SPDX-License-Identifier: ISC */
#ifndef OP_VECTOR_H
#define OP_VECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct fault;
struct field_source;
struct intern;

/*
 * Values are kept as Prometheus wrote them: that is exact, and a number need
 * not be made of a text and a text of the number. They are NUL-ended texts in
 * one piece of memory, each a number in JSON's grammar.
 */
#define VALUE_NONE 0 /* what stands there is no value */

void values_init(struct buf *values);
const char *values_text(const struct buf *values, uint32_t value); /* until the next one is added */

/* One series of an instant vector: what it is about, by the label that says so, and its value. */
struct sample {
	uint32_t name;	/* in the struct intern; INTERN_NONE: it has no such label */
	uint32_t value; /* see values_text(); VALUE_NONE: it is not finite */
	bool by_id;	/* the label was an id, not `instance` */
};

struct vector {
	struct sample *list;
	size_t count;
};

/* Which labels name an id; `instance` is looked at where a series has none of them. */
enum vector_labels {
	VECTOR_NOTHING,	 /* no label names anything, instance neither */
	VECTOR_INSTANCE, /* no label is an id */
	VECTOR_STORE,	 /* store_id, else store */
	VECTOR_ID,	 /* id */
};

/*
 * Reads the answer to GET /api/v1/query: status "success" and a result of
 * type vector. Warnings are appended to `warnings`, a line each, as far as it
 * takes them. -1 with a sentence for everything else.
 */
int vector_read(struct vector *v, struct field_source *body, enum vector_labels labels,
	struct intern *names, struct buf *values, struct buf *warnings, struct fault *f);
void vector_free(struct vector *v);

#endif
