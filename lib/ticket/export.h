/* SPDX-License-Identifier: ISC */
#ifndef OP_EXPORT_H
#define OP_EXPORT_H

#include <stdio.h>

struct database;
struct fault;

/*
 * Writes everything in the database, as one view of it, to the FILE, where write
 * errors stay. Data that could not be imported again, such as a text that is not
 * UTF-8, is refused with STATUS_DATA; the stream then has no end. 0 or -1.
 */
int export_write(struct database *db, FILE *out, struct fault *f);

#endif
