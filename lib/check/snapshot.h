/* SPDX-License-Identifier: ISC */
#ifndef OP_SNAPSHOT_H
#define OP_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>

struct json_write;
struct observations;

/* Writes the fields of records as JSON again. */
struct snapshot;

struct snapshot *snapshot_open(const struct observations *o);
void snapshot_close(struct snapshot *s);

/*
 * Writes the fields of a row as members of the object that is open in w, but
 * for those of these names. What is nested too deep for a place inside of a
 * verdict is written as a text.
 */
void snapshot_write(struct snapshot *s, size_t kind, uint32_t row, const char *const *except,
	size_t except_count, struct json_write *w);

/* How many bytes a row's record takes as it is kept, keys included. */
size_t snapshot_size(const struct snapshot *s, size_t kind, uint32_t row);

#endif
