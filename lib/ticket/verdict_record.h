/* SPDX-License-Identifier: ISC */
#ifndef OP_VERDICT_RECORD_H
#define OP_VERDICT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json_text.h"
#include "ticket/verdict_cycle.h"

struct fault;
struct json_read;

/* One record of a cycle of verdicts, as it is in its line. */

enum verdict_record_kind {
	VERDICT_RECORD_OTHER, /* one that op-ticket skips */
	VERDICT_RECORD_VIOLATION,
	VERDICT_RECORD_OK,
	VERDICT_RECORD_UNKNOWN,
	VERDICT_RECORD_CHECK,
	VERDICT_RECORD_KINDS,
};

/* at is NULL for a missing member. Texts are parts of the line. */
struct verdict_record {
	enum verdict_record_kind kind;
	struct json_text name; /* of its invariant */
	struct json_text store_id;
	struct json_text ids; /* an array */
	struct json_text message;
	struct json_text snapshot; /* an object */
	struct json_text doc;
	struct json_text link;
	struct json_text reason;
	struct json_text missing; /* an array */
	struct json_text error;
	enum severity severity;
	double grace_s;
	double flap_window_s; /* -1: not given */
	int64_t flap_count;
	bool complete, has_complete;
};

/* Reads the line of a record of that kind to its end. 0, or -1 with STATUS_DATA. */
int verdict_record_read(struct verdict_record *r, struct json_read *j,
	const struct json_text *kind_name, const char *line, size_t len, struct fault *f);

#endif
