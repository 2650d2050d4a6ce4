/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_RECORD_H
#define OP_REPORT_RECORD_H

#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"

struct fault;
struct intern;
struct json_read;

/*
 * Reads JSON objects into structs by a table of keys and members. Keys that the
 * table does not name are skipped; null leaves the member as it is.
 */
enum field_type {
	FIELD_TEXT,   /* struct span; ids may also be numbers, and become their digits */
	FIELD_SHARED, /* the same, stored once, for texts that repeat */
	FIELD_TIME,   /* int64_t, milliseconds */
	FIELD_NUMBER, /* int64_t */
	FIELD_BOOL,   /* bool */
	FIELD_OBJECT, /* struct span: the JSON of an object */
	FIELD_ARRAY,  /* struct span: the JSON of an array */
	FIELD_EACH,   /* an array of objects: `each` is called for each of them */
};

struct field {
	const char *key;
	enum field_type type;
	size_t offset; /* of the member; unused by FIELD_EACH */
};

/* The JSON reader, and where texts are stored. */
struct record {
	struct json_read *json;
	struct arena *texts;
	struct intern *shared;
	struct span *shared_texts; /* by number */
	size_t shared_cap;
	int (*each)(struct record *r, void *context, struct fault *f);
	void *context;
};

void record_open(struct record *r, struct arena *texts);
void record_close(struct record *r); /* the texts stay */

/*
 * Reads the members of an object that has just been entered, to its end; `each` calls it.
 * -1 with STATUS_DATA; the fault names no line.
 */
int record_members(
	struct record *r, const struct field *fields, size_t count, void *out, struct fault *f);

/* Reads a line that holds one object. -1 as above. */
int record_line(struct record *r, struct span line, const struct field *fields, size_t count,
	void *out, struct fault *f);

#endif
