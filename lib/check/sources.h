/* SPDX-License-Identifier: ISC */
#ifndef OP_SOURCES_H
#define OP_SOURCES_H

#include <stdbool.h>
#include <stddef.h>

struct json_read;
struct schema;

/*
 * What the `source` records of a cycle say about the kinds: the authority for
 * a kind answered, or it did not. A kind that no source names is complete if
 * the cycle holds a record of it. `source` itself is judged by that alone.
 */
struct sources {
	const struct schema *schema;
	struct source_word *words; /* by kind */
};

void sources_init(struct sources *s, const struct schema *schema);
void sources_free(struct sources *s);
void sources_clear(struct sources *s);

/* Takes a source record. NULL, or why it cannot be read. */
const char *sources_add(struct sources *s, struct json_read *j, const char *line, size_t len);

/* Why the kind is incomplete, or NULL; has_rows says whether the cycle holds a record of it. */
const char *sources_incomplete(struct sources *s, size_t kind, bool has_rows);

#endif
