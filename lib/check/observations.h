/* SPDX-License-Identifier: ISC */
#ifndef OP_OBSERVATIONS_H
#define OP_OBSERVATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check/column.h"

struct fault;
struct json_text;
struct column_index;
struct id_order;
struct schema;
struct record_shape;
struct span;

/*
 * The observations of one cycle: the columns that the loaded invariants read,
 * and every record without its keys, for the snapshots. Kinds and columns are
 * addressed by their index in the schema.
 */
struct observations;

#define OBSERVATIONS_NO_ROW UINT32_MAX

/* Keeps the columns that the schema now marks as `wanted`, and every kind's id. */
struct observations *observations_open(const struct schema *schema);
void observations_close(struct observations *o);

/* Forgets the cycle. */
void observations_clear(struct observations *o);

/* Reads a record, to its end. -1 with a fault if it is refused: the cycle is torn then. */
int observations_add(
	struct observations *o, const struct json_text *kind, struct span line, struct fault *f);

/* The number of records of all kinds so far, unknown ones included. */
size_t observations_count(const struct observations *o);

/* -1, with the reason as a fault, if a kind is not complete. */
int observations_complete(const struct observations *o, size_t kind, struct fault *f);

/* The same reason with the source's own error, or NULL if no source is the reason. */
const char *observations_error(const struct observations *o, size_t kind);

/*
 * The rows of a kind, 0 to rows - 1 in order of arrival; the arena of texts; a
 * column, NULL if it is not kept, and its index.
 */
uint32_t observations_rows(const struct observations *o, size_t kind);
const struct arena *observations_arena(const struct observations *o);
const struct column *observations_column(const struct observations *o, size_t kind, size_t column);
int observations_id_column(const struct observations *o, size_t kind); /* -1: none */
struct column_index *observations_index(struct observations *o, size_t kind, size_t column);

/* The order of a kind's ids; NULL if it has none: see lib/check/id_order.h. */
const struct id_order *observations_order(struct observations *o, size_t kind);

/* The first row of a kind whose id is this text; NULL: without an id. OBSERVATIONS_NO_ROW: none. */
uint32_t observations_find(struct observations *o, size_t kind, const char *id, size_t len);

/* A row's id, as a text or VALUE_NULL; a number is written to room. */
void observations_id(
	const struct observations *o, size_t kind, uint32_t row, char room[32], struct value *id);

/*
 * A row's record, as in lib/check/record_shape.h, beginning after the number of its
 * shape. If shape is NULL, it has one value, the line.
 */
const char *observations_record(
	const struct observations *o, size_t kind, uint32_t row, const struct record_shape **shape);

#endif
