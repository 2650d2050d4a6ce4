/* SPDX-License-Identifier: ISC */
#ifndef OP_HISTORY_H
#define OP_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scrape/past.h"

struct cycle_write;
struct fault;

/*
 * Cycles of the past, out of Prometheus: one at each multiple of the step
 * since 1970 that lies after from_ms and not after to_ms. What PD was then is
 * rebuilt from its metrics; PD itself is asked once, for names.
 */
struct history {
	struct past_options options; /* step_ms is set */

	/* Called now and then; NULL: not. */
	void (*progress)(const struct history *h, void *arg);
	void *arg;

	/* what has come of it so far */
	int64_t first_ms; /* the first step */
	size_t total;	  /* how many steps there are */
	size_t done;	  /* how many of them are written, or have nothing to write */
	size_t leading;	  /* how many are older than all samples: they are no cycles */
	size_t cycles, unscraped, leaderless;
	size_t lost;	  /* cycles of which a query that all depends on failed */
	size_t mixed;	  /* cycles in which not exactly one cluster is seen */
	int64_t begun_ms; /* of the first cycle */
	int64_t last_ms;  /* of the last cycle; from_ms before there is one */
	int64_t interval_s;
};

/*
 * Writes them all. -1 if it ends early: with STATUS_UNAVAILABLE if PD or
 * Prometheus does not answer, if the history is another cluster's, or if there
 * are no samples at all. What is written is whole, up to last_ms.
 */
int history_run(struct history *h, struct cycle_write *c, struct fault *f);

#endif
