/* SPDX-License-Identifier: ISC */
#ifndef OP_EXPORT_H
#define OP_EXPORT_H

#include <stdio.h>

struct database;
struct fault;

/*
 * Writes all that the database holds, as one view of it, to the FILE, where
 * failed writes stay. What could not be read back, such as a text that is not
 * UTF-8, is refused with STATUS_DATA; the stream then has no end. 0 or -1.
 */
int export_write(struct database *db, FILE *out, struct fault *f);

#endif
