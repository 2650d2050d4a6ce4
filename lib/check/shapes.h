/* SPDX-License-Identifier: ISC */
#ifndef OP_SHAPES_H
#define OP_SHAPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json_read.h"

/*
 * Records without their keys. The observations of a kind mostly have the same
 * keys in the same order: such a row of keys is a shape, kept once, and a
 * record is the number of its shape and the bytes of its values, each behind
 * its length:
 *
 *	shape  length value  length value ...
 *
 * Values are as written, texts without their quotes. Shape 0 has one value,
 * the whole line: for the records whose keys are all different, so that keys
 * made up by somebody cannot fill the memory.
 */
struct shape_field {
	struct json_text key; /* as written, without quotes */
	bool is_text;
	int column; /* the caller's: of the kind; -1 for none */
};

struct shape {
	uint32_t number;
	uint32_t kind;
	uint32_t hash;
	size_t count;
	struct shape_field *fields;
};

/*
 * What stands before the value of field i of a shape in a line without blanks:
 * {"kind": and then ,"id": and so on. Returns its length.
 */
size_t shape_lead(const struct shape *shape, size_t i, const char **lead);

struct shapes;

struct shapes *shapes_open(void);
void shapes_close(struct shapes *s);

/* Forgets all shapes if they have become many; for the time between two cycles. */
void shapes_tidy(struct shapes *s);

/*
 * The shape of a kind with these fields, known or new (keys are copied, the
 * hash of a key is taken as it is). NULL where there are too many already:
 * the record is then kept with shape 0.
 */
const struct shape *shapes_get(
	struct shapes *s, uint32_t kind, const struct shape_field *fields, size_t count);

/* The shape of that number, not 0. */
const struct shape *shapes_at(const struct shapes *s, size_t number);

#endif
