/* SPDX-License-Identifier: ISC */
#ifndef OP_SCHEMA_H
#define OP_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

/* The kinds of a subject and their columns, in the order in which schema.sql names them. */
struct schema_column {
	char *name;
	char *type;  /* as declared, or "" */
	bool wanted; /* an invariant reads it */
};

struct schema_kind {
	char *name;
	struct schema_column *columns;
	size_t count;
	size_t cap;
};

struct schema {
	struct schema_kind *kinds;
	size_t count;
	size_t cap;
};

/* The kind of that name, which is added if it is new; and a column of it, likewise, which gets the
 * type. */
struct schema_kind *schema_take_kind(struct schema *s, const char *name);
void schema_take_column(struct schema_kind *k, const char *name, const char *type);

void schema_free(struct schema *s);

/* Index of a kind or of a column, names as SQL compares them; -1 if there is none. */
int schema_kind(const struct schema *s, const char *name);
int schema_column(const struct schema_kind *k, const char *name);

#endif
