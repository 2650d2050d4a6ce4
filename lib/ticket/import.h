/* SPDX-License-Identifier: ISC */
#ifndef OP_IMPORT_H
#define OP_IMPORT_H

#include <stdint.h>

struct database;
struct fault;

/* Reads what export.h writes, into a store that is empty. */
struct import;

/* How much was imported. */
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
 * Imports the rest of the stream in one transaction, all of it or nothing. 0 or
 * -1: STATUS_CONFIG if the database is not empty, STATUS_DATA if the stream is
 * torn or has values that the store cannot hold.
 */
int import_apply(
	struct import *in, struct database *db, struct import_counts *counts, struct fault *f);

#endif
