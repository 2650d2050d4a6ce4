/* SPDX-License-Identifier: ISC */
#ifndef OP_RECORD_SHAPE_H
#define OP_RECORD_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json_read.h"

/*
 * Records without their keys. The observations of a kind mostly have the same keys
 * in the same order. Such a list of keys is a shape, stored once, and a record is
 * the number of its shape and the bytes of its values, each after its length:
 *
 *	shape  length value  length value ...
 *
 * Values are as written, texts without their quotes. Shape 0 has one value, the
 * whole line. It is for records with ever different keys, so that invented keys
 * cannot fill the memory.
 */
struct record_shape_field {
	struct json_text key; /* as written, without quotes */
	bool is_text;
	int column; /* the caller's: the column of the kind, or -1 */
};

enum { RECORD_SHAPE_LEAD_BYTES = 4 }; /* around a key */

struct record_shape {
	uint32_t number;
	uint32_t kind;
	uint32_t hash;
	size_t count;
	struct record_shape_field *fields;
};

/*
 * The bytes before the value of field i of a shape in a line without blanks:
 * {"kind": and then ,"id": and so on. Returns its length.
 */
static inline size_t
record_shape_lead(const struct record_shape *shape, size_t i, const char **lead)
{
	*lead = shape->fields[i].key.at - 2;
	return shape->fields[i].key.len + RECORD_SHAPE_LEAD_BYTES;
}

struct record_shapes;

struct record_shapes *record_shapes_open(void);
void record_shapes_close(struct record_shapes *s);

/* Drops all shapes if there are many, to be called between two cycles. */
void record_shapes_tidy(struct record_shapes *s);

/*
 * The shape of a kind with these fields, known or new (keys are copied with their
 * hashes). NULL if there are too many already: the record then gets shape 0.
 */
const struct record_shape *record_shapes_get(struct record_shapes *s, uint32_t kind,
	const struct record_shape_field *fields, size_t count);

/* The shape of that number, not 0. */
const struct record_shape *record_shapes_at(const struct record_shapes *s, size_t number);

#endif
