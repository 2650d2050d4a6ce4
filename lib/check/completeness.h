/* SPDX-License-Identifier: ISC */
#ifndef OP_COMPLETENESS_H
#define OP_COMPLETENESS_H

#include <stdbool.h>
#include <stddef.h>

struct fault;
struct json_read;
struct schema;
struct span;

/*
 * What the `source` records of a cycle report about the kinds: the authority for
 * a kind answered, or it did not. A kind that no source names is complete if
 * the cycle holds a record of it. `source` itself is judged by that alone.
 */
struct completeness {
	const struct schema *schema;
	struct source_word *words; /* by kind */
};

void completeness_init(struct completeness *s, const struct schema *schema);
void completeness_free(struct completeness *s);
void completeness_clear(struct completeness *s);

/* Takes a source record. -1 with a fault if it cannot be read. */
int completeness_add(
	struct completeness *s, struct json_read *j, struct span line, struct fault *f);

/* -1, with the reason as a fault, if the kind is incomplete; has_rows: the cycle has a record of
 * it. */
int completeness_check(const struct completeness *s, size_t kind, bool has_rows, struct fault *f);

/* The reason with the error of the source that is the cause; NULL if no source gave the kind
 * incomplete. */
const char *completeness_error(const struct completeness *s, size_t kind);

#endif
