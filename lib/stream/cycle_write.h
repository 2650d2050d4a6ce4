/* SPDX-License-Identifier: ISC */
#ifndef OP_CYCLE_WRITE_H
#define OP_CYCLE_WRITE_H

#include <stddef.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/json_write.h"

struct cycle_head;

/*
 * Writes cycles to a FILE. A record is
 *
 *	struct json_write *w = cycle_write_record(&c, "store");
 *
 *	json_write_put_string(w, "id", id);
 *	cycle_write_record_end(&c);
 *
 * Write errors stay in the FILE, for cli_finish().
 */
struct cycle_write {
	FILE *file;
	struct buf line;
	struct json_write json;
	size_t record_max;
	size_t records;
};

void cycle_write_init(struct cycle_write *c, FILE *file);
void cycle_write_free(struct cycle_write *c);

void cycle_write_begin(struct cycle_write *c, const char *stream, const struct cycle_head *head);
struct json_write *cycle_write_record(struct cycle_write *c, const char *kind);

/*
 * Closes the record and writes it. Callers must bound its length: a record that
 * is longer than the stream allows is left out but counted, which makes the cycle
 * torn for its reader.
 */
void cycle_write_record_end(struct cycle_write *c);

void cycle_write_end(struct cycle_write *c); /* flushes, so that the next stage need not wait */

#endif
