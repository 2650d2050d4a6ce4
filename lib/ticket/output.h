/* SPDX-License-Identifier: ISC */
#ifndef OP_OUTPUT_H
#define OP_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/json_write.h"

struct fault;
struct span;

/*
 * Rows for programs: an array, a line each, or CSV with a line of titles. All rows
 * have the same keys in the same order. The caller prints and clears `text`
 * between rows.
 */

enum ticket_format { FORMAT_NDJSON, FORMAT_JSON, FORMAT_CSV, FORMAT_TABLE };

struct output {
	const struct output_writer *writer;
	struct buf text;
	struct json_write json;
	struct buf titles; /* CSV: of the first row */
	struct buf cells;
	size_t rows;
	size_t columns; /* of this row */
};

/* Any format but FORMAT_TABLE. */
void output_init(struct output *o, enum ticket_format format);
void output_free(struct output *o);

void output_begin(struct output *o); /* once, before the first row */
void output_end(struct output *o);   /* once, after the last one */

void output_row(struct output *o);
void output_row_end(struct output *o);

/*
 * For a row that the caller writes itself: call this, append the object to the
 * result, then call output_object_end(). Not for CSV.
 */
struct buf *output_object(struct output *o);
void output_object_end(struct output *o);

void output_null(struct output *o, const char *key);
void output_bool(struct output *o, const char *key, bool b);
void output_i64(struct output *o, const char *key, int64_t n);
void output_double(struct output *o, const char *key, double n);
void output_text(struct output *o, const char *key, const char *text); /* NULL: null */
void output_span(struct output *o, const char *key, struct span text); /* at NULL: null */
void output_json(struct output *o, const char *key, struct span json); /* a value in JSON */

#endif
