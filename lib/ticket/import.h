/* SPDX-License-Identifier: ISC */
#ifndef OP_IMPORT_H
#define OP_IMPORT_H

#include <stdint.h>

struct database;
struct fault;

/* Reads what export.h writes, into a store that is empty. */
struct import;

/* What came of it. */
struct import_counts {
	int64_t tickets, events, records;
};

/*
 * Reads the first line. NULL with STATUS_DATA if that does not begin such a
 * stream. The descriptor stays the caller's.
 */
struct import *import_open(int fd, struct fault *f);
void import_close(struct import *in);

/*
 * Takes the rest of the stream in one transaction, or nothing of it: 0 or -1.
 * STATUS_CONFIG if the database holds anything already, STATUS_DATA if the
 * stream is torn or has what the store cannot hold.
 */
int import_apply(
	struct import *in, struct database *db, struct import_counts *counts, struct fault *f);

#endif
