/* SPDX-License-Identifier: ISC */
#ifndef OP_CYCLE_READ_H
#define OP_CYCLE_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "stream/cycle_head.h"

struct fault;
struct json_text;

/*
 * Reads the cycles of a stream. A cycle is whole or torn, and a torn one is
 * discarded: it has no end, a wrong count, or a line that cannot be read, such as
 * one without a newline. Blank lines are skipped.
 */
struct cycle_read;

enum cycle_event {
	CYCLE_FAILED = -1, /* reading failed; the fault is set; nothing more will come */
	CYCLE_EOF,	   /* the input ended */
	CYCLE_BEGIN,	   /* cycle_read_head() is valid until the cycle's last event */
	CYCLE_RECORD,	   /* cycle_read_line() and cycle_read_kind() are, until the next call */
	CYCLE_END,	   /* the cycle was whole */
	CYCLE_TORN, /* discard it: the fault, of STATUS_DATA, gives the line and the reason */
};

/* stream is CYCLE_OBSERVATIONS or CYCLE_VERDICTS; a cycle of any other stream is torn. */
struct cycle_read *cycle_read_open(int fd, const char *stream);
void cycle_read_close(struct cycle_read *r);

/*
 * The next event. Between CYCLE_BEGIN and CYCLE_END or CYCLE_TORN come the
 * records. A CYCLE_TORN may also come alone, for lines outside of a cycle
 * (once for a run of them) or a begin that cannot be read.
 */
enum cycle_event cycle_read_next(struct cycle_read *r, struct fault *f);

/* Whether cycle_read_next() would return at once. The last record is invalid after this call. */
bool cycle_read_ready(struct cycle_read *r);

const struct cycle_head *cycle_read_head(const struct cycle_read *r);

/*
 * The record. A line that starts with {"kind":" is not yet checked beyond
 * that: the caller reads it to its end with base/json_read, and calls
 * cycle_read_reject() if it cannot be read. So no line is parsed twice.
 */
const char *cycle_read_line(const struct cycle_read *r, size_t *len);
void cycle_read_kind(const struct cycle_read *r, struct json_text *kind); /* not escaped, or "" */
size_t cycle_read_line_number(const struct cycle_read *r);

/*
 * Rejects the current record for the reason in the fault's text, which is copied. The rest of its
 * cycle is skipped, and the next event is CYCLE_TORN.
 */
void cycle_read_reject(struct cycle_read *r, const struct fault *f);

/* How many cycles were whole and how many torn so far. */
size_t cycle_read_whole(const struct cycle_read *r);
size_t cycle_read_torn(const struct cycle_read *r);

/*
 * After CYCLE_EOF: was the input whole? 0 if it held a cycle and none was
 * torn, else -1 with STATUS_DATA. *reported is then true if a CYCLE_TORN gave
 * the reason already.
 */
int cycle_read_finish(const struct cycle_read *r, bool *reported, struct fault *f);

#endif
