/* SPDX-License-Identifier: ISC */
#ifndef OP_RECORDS_H
#define OP_RECORDS_H

#include <stddef.h>

struct cycle_write;
struct fault;
struct collect;

/*
 * Writes an observation as one cycle: the sources, then PD's stores, members and
 * cluster with what Prometheus knows of each, then the records of Prometheus' own
 * kinds, sorted by name. Returns how many sources failed or have an incomplete kind,
 * 0 to 2, and sets as many of the two faults, with STATUS_UNAVAILABLE.
 */
size_t records_write(const struct collect *o, struct cycle_write *c, struct fault *failed);

#endif
