/* SPDX-License-Identifier: ISC */
#ifndef OP_RECORD_JSON_H
#define OP_RECORD_JSON_H

#include <stddef.h>
#include <stdint.h>

struct json_write;
struct observations;

/* Writes the fields of records as JSON again. */
struct record_json;

struct record_json *record_json_open(const struct observations *o);
void record_json_close(struct record_json *s);

/*
 * Writes the fields of a row, except for these names, as members of the object that
 * is open in w. A value nested too deep for a verdict is written as a text.
 */
void record_json_write(struct record_json *s, size_t kind, uint32_t row, const char *const *except,
	size_t except_count, struct json_write *w);

/* How many bytes a row's record takes as it is stored, keys included. */
size_t record_json_size(const struct record_json *s, size_t kind, uint32_t row);

#endif
