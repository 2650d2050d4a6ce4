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
 * Cycles of the past, from Prometheus: one at each multiple of the step since
 * 1970 that lies after from_ms and not after to_ms. PD's past state is rebuilt
 * from its metrics; PD itself is asked once, for names.
 */
struct history {
	struct past_options options; /* step_ms is set */

	/* Called now and then, unless NULL. */
	void (*progress)(const struct history *h, void *arg);
	void *arg;

	/* the progress so far */
	int64_t first_ms; /* the first step */
	size_t total;	  /* how many steps there are */
	size_t done;	  /* how many are written, or needed no cycle */
	size_t leading;	  /* how many are older than all samples and give no cycle */
	size_t cycles, unscraped, leaderless;
	size_t lost;	  /* cycles for which an indispensable query failed */
	size_t mixed;	  /* cycles with no cluster, or with several */
	int64_t begun_ms; /* of the first cycle */
	int64_t last_ms;  /* of the last cycle; from_ms until there is one */
	int64_t interval_s;
};

/*
 * Writes all cycles. -1 if it ends early: with STATUS_UNAVAILABLE if PD or
 * Prometheus does not answer, if the history is another cluster's, or if there
 * are no samples at all. All cycles up to last_ms are then written whole.
 */
int history_run(struct history *h, struct cycle_write *c, struct fault *f);

#endif
