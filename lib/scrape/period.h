/* SPDX-License-Identifier: ISC */
#ifndef OP_PERIOD_H
#define OP_PERIOD_H

#include <stdint.h>

struct fault;

/*
 * The part of the past to query. --to is at least a minute ago, because a scrape
 * under way is not stored yet, and VictoriaMetrics hides the last 30 s.
 */
struct period_flags {
	const char *from, *to, *step; /* as written; to and step may be NULL */
};

struct period {
	int64_t from_ms, to_ms; /* since 1970: from < T <= to */
	int64_t step_ms;
};

/* -1 with STATUS_USAGE and a sentence that names the flag. now_ms is the wall clock. */
int period_read(
	struct period *p, const struct period_flags *flags, int64_t now_ms, struct fault *f);

#endif
