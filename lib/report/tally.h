/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_TALLY_H
#define OP_REPORT_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "report/history.h"

/* Counts over the tickets of a page. Times are milliseconds, 0 if there is nothing to take them of.
 */
struct tally {
	struct span name; /* an invariant; or what flaps, as its newest ticket has it */
	const struct ticket *newest;
	size_t tickets, open, critical, flapping, resolved;
	enum severity worst;
	int64_t mean_ms, median_ms, longest_ms; /* from first seen to resolved, of resolved ones */
	int64_t acknowledged_ms; /* the median, from created to acknowledged, of those that were */
	size_t acknowledged;
};

/* Of all tickets. */
struct tally tally_all(const struct history *h);

/* Of each invariant: the one with most tickets first. The caller frees the array. */
struct tally *tally_invariants(const struct history *h, size_t *count);

/*
 * Of each key of a cluster that flapped, or that had a ticket three times or
 * more: the most often first. The caller frees the array.
 */
struct tally *tally_flappers(const struct history *h, size_t *count);

#endif
