/* SPDX-License-Identifier: ISC */
#ifndef OP_SCHEMA_LOAD_H
#define OP_SCHEMA_LOAD_H

struct fault;
struct schema;

/*
 * Merges the CREATE TABLEs of a schema.sql into s: new kinds and columns follow the existing ones,
 * and an existing column gets the new type. So load the last folder of a subject's path first. file
 * is for messages. -1 with "FILE:LINE: what".
 */
int schema_load(struct schema *s, const char *file, const char *sql, struct fault *f);

#endif
