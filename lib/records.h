/* SPDX-License-Identifier: ISC */
#ifndef OP_RECORDS_H
#define OP_RECORDS_H

struct cycle_writer;
struct observation;

/*
 * Writes an observation as one cycle: the sources, then PD's stores, members
 * and cluster with what Prometheus knows of each, then the records of
 * Prometheus' own kinds, by name. Returns STATUS_UNAVAILABLE where a source
 * failed or a kind is incomplete, else STATUS_OK.
 */
int records_write(struct observation *o, struct cycle_writer *c);

#endif
