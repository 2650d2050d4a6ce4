/* SPDX-License-Identifier: ISC */
#ifndef OP_SCHEMA_H
#define OP_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

struct fault;

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
};

struct schema {
	struct schema_kind *kinds;
	size_t count;
};

/*
 * Merges the CREATE TABLEs of a schema.sql into s: new kinds and new columns
 * come behind those that there are, a column that there is takes the new
 * type. So the last folder of a subject's path is added first. file is for
 * messages. -1 with "FILE:LINE: what".
 */
int schema_add(struct schema *s, const char *file, const char *sql, struct fault *f);
void schema_free(struct schema *s);

/* Index of a kind or of a column, names as SQL compares them; -1 where there is none. */
int schema_kind(const struct schema *s, const char *name);
int schema_column(const struct schema_kind *k, const char *name);

#endif
