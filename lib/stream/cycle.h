/* SPDX-License-Identifier: ISC */
#ifndef OP_CYCLE_H
#define OP_CYCLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fault;
struct json_text;

/*
 * The framing that all streams share: NDJSON, a cycle is a `begin` line,
 * records, and an `end` line with their count. A cycle is whole or it is
 * discarded: torn is one without its end, with a wrong count, or with a line
 * that cannot be read; the bytes behind the last newline are such a line.
 */

enum {
	CYCLE_LINE_MAX = 1 << 20,
	CYCLE_OBSERVATION_MAX = 1 << 18, /* a record line of an observation stream */
};

#define CYCLE_OBSERVATIONS "observations"
#define CYCLE_VERDICTS "verdicts"

/* What a begin line says. subject defaults to "tikv", cluster to "default"; `at` is required. */
struct cycle_head {
	char *subject;	  /* [a-z0-9_-]+, at most 64 */
	char *cluster;	  /* 1 to 256 bytes */
	char *cluster_id; /* NULL where the line gives none */
	int64_t at_ms;
	bool subject_given; /* the line names it */
};

struct cycle_reader;

enum cycle_event {
	CYCLE_FAILED = -1, /* reading failed; the fault is set; nothing more will come */
	CYCLE_EOF,	   /* the input ended */
	CYCLE_BEGIN,	   /* cycle_head() is valid until the cycle's last event */
	CYCLE_RECORD,	   /* cycle_line() and cycle_kind() are valid until the next call */
	CYCLE_END,	   /* the cycle was whole */
	CYCLE_TORN,	   /* discard it: the fault says why, with the line's number, status 65 */
};

/* stream is CYCLE_OBSERVATIONS or CYCLE_VERDICTS: a cycle of another one is torn. */
struct cycle_reader *cycle_open(int fd, const char *stream);
void cycle_close(struct cycle_reader *r);

/*
 * The next event. Between CYCLE_BEGIN and CYCLE_END or CYCLE_TORN come the
 * records; a CYCLE_TORN may also come alone, for lines outside of a cycle
 * (once for a run of them) or a begin that cannot be read.
 */
enum cycle_event cycle_next(struct cycle_reader *r, struct fault *f);

/* Is there a line to look at, or the end, without waiting for the writer? The last record is gone
 * after it. */
bool cycle_ready(struct cycle_reader *r);

const struct cycle_head *cycle_head(const struct cycle_reader *r);

/*
 * The record. A line that starts with {"kind":" is not yet checked behind
 * that: whoever takes it reads it to its end with lib/base/json_read and calls
 * cycle_reject() where it cannot be read, so that no line is parsed twice.
 */
const char *cycle_line(const struct cycle_reader *r, size_t *len);
void cycle_kind(const struct cycle_reader *r, struct json_text *kind); /* not escaped, or "" */
size_t cycle_line_number(const struct cycle_reader *r);

/* The current record is bad, for `why`: the rest of its cycle is passed over and CYCLE_TORN
 * follows. */
void cycle_reject(struct cycle_reader *r, const char *why);

/* How many cycles were whole and how many torn so far. */
size_t cycle_whole(const struct cycle_reader *r);
size_t cycle_torn(const struct cycle_reader *r);

/*
 * The exit status that the input as a whole calls for, after CYCLE_EOF: 0, or
 * 65 where a cycle was torn or none was whole; in the latter case, and unless
 * a torn one has said it already, the fault says so (else its text is empty).
 */
int cycle_verdict(const struct cycle_reader *r, struct fault *f);

#endif
