/* SPDX-License-Identifier: ISC */
#ifndef OP_RECORD_FAST_H
#define OP_RECORD_FAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct json_read;
struct kind_rows;
struct record_shape;

/*
 * The fast way to read a record: along the shape of the previous one. If the line
 * has the same keys in the same order, written in the same way, it takes one pass:
 * each value is checked, set and stored at once.
 *
 * True: the record was read as strictly as by lib/base/json_read; its columns are
 * set at the kind's next row, which the caller then counts, and *record is its
 * address. False proves nothing about the line: read it again with
 * lib/base/json_read, whose values replace all that was set here.
 */
bool record_fast_read(struct kind_rows *k, const struct record_shape *shape, struct arena *a,
	struct json_read *j, const char *line, size_t len, uint32_t *record);

#endif
