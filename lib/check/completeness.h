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
 * Whether kinds are complete, by the `source` records of a cycle: a kind is, if its
 * source answered. A kind that no source names is complete if the cycle has a
 * record of it; for `source` itself only that counts.
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

/* The reason with the error of the source that caused it; NULL if no source reported the kind
 * as incomplete. */
const char *completeness_error(const struct completeness *s, size_t kind);

#endif
