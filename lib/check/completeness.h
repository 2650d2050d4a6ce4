/* SPDX-License-Identifier: ISC */
#ifndef OP_COMPLETENESS_H
#define OP_COMPLETENESS_H

#include <stdbool.h>
#include <stddef.h>

struct json_read;
struct schema;

/*
 * What the `source` records of a cycle say about the kinds: the authority for
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

/* Takes a source record. NULL, or why it cannot be read. */
const char *completeness_add(
	struct completeness *s, struct json_read *j, const char *line, size_t len);

/* Why the kind is incomplete, or NULL; has_rows says whether the cycle holds a record of it. */
const char *completeness_check(struct completeness *s, size_t kind, bool has_rows);

#endif
