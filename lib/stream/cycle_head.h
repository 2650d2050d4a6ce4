/* SPDX-License-Identifier: ISC */
#ifndef OP_CYCLE_HEAD_H
#define OP_CYCLE_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fault;
struct json_read;

/*
 * The framing that all streams share: NDJSON, a cycle is a begin line,
 * records, and an end line with their count. This is its begin line.
 */

enum {
	CYCLE_LINE_MAX = 1 << 20,
	CYCLE_OBSERVATION_MAX = 1 << 18, /* a record of an observation stream */
};

#define CYCLE_OBSERVATIONS "observations"
#define CYCLE_VERDICTS "verdicts"

/* subject defaults to "tikv", cluster to "default"; at is required. */
struct cycle_head {
	char *subject;	  /* ident_is_subject() */
	char *cluster;	  /* 1 to 256 bytes */
	char *cluster_id; /* NULL if the line gives none */
	int64_t at_ms;
	bool subject_given; /* the line names it */
};

/*
 * Reads a begin line of this stream into *h, which is zeroed or read before.
 * -1 with STATUS_DATA if it is not one; *h can be freed or read again all the same.
 */
int cycle_head_read(struct cycle_head *h, struct json_read *json, const char *stream,
	const char *line, size_t len, struct fault *f);
void cycle_head_free(struct cycle_head *h); /* leaves it zeroed */

/* How long a record of the stream may be. */
size_t cycle_head_record_max(const char *stream);

#endif
