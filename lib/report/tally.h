/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_TALLY_H
#define OP_REPORT_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "report/history.h"

/* Figures over tickets of a page. Times are in milliseconds, 0 if no ticket has any. */
struct tally {
	struct span name; /* an invariant, or a violation key */
	const struct ticket *newest;
	size_t tickets, open, critical, flapping, resolved;
	enum severity worst;
	int64_t mean_ms, median_ms, longest_ms; /* from first seen to resolved */
	int64_t acknowledged_ms;		/* median from created to acknowledged */
	size_t acknowledged;
};

/* Of all tickets. */
struct tally tally_all(const struct history *h);

/* Of each invariant, most tickets first. The caller frees the array. */
struct tally *tally_invariants(const struct history *h, size_t *count);

/*
 * Of each violation key of a cluster that flapped or had at least three
 * tickets, most tickets first. The caller frees the array.
 */
struct tally *tally_flappers(const struct history *h, size_t *count);

#endif
