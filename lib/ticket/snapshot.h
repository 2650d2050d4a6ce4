/* SPDX-License-Identifier: ISC */
#ifndef OP_SNAPSHOT_H
#define OP_SNAPSHOT_H

#include <stddef.h>

struct buf;

/*
 * Appends a snapshot, a JSON object, for people: a line per value, which is
 * repeated in the unit that its name ends in: 536870912000 (500 GiB), 41.5 (41.5
 * ms).
 */
void snapshot_add(struct buf *out, const char *json, size_t len);

#endif
