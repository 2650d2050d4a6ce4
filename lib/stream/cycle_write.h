/* SPDX-License-Identifier: ISC */
#ifndef OP_CYCLE_WRITE_H
#define OP_CYCLE_WRITE_H

#include <stddef.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/json_write.h"

struct cycle_head;

/*
 * The writing half of lib/cycle. A record is: `struct json_write *w = cycle_record(&c, "store")`,
 * keys and values, cycle_record_end(&c). Failed writes stay in the FILE: whoever closes it asks
 * (cli_finish()).
 */
struct cycle_writer {
	FILE *file;
	struct buf line;
	struct json_write json;
	size_t line_max;
	size_t records;
};

void cycle_writer_init(struct cycle_writer *c, FILE *file);
void cycle_writer_free(struct cycle_writer *c);

void cycle_begin(struct cycle_writer *c, const char *stream, const struct cycle_head *head);
struct json_write *cycle_record(struct cycle_writer *c, const char *kind);

/* Closes and writes the record. -1, and nothing written, where it is longer than the stream's
 * ceiling. */
int cycle_record_end(struct cycle_writer *c);

void cycle_end(struct cycle_writer *c); /* flushes: the next stage need not wait */

#endif
