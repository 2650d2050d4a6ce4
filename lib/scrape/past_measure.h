/* SPDX-License-Identifier: ISC */
#ifndef OP_PAST_MEASURE_H
#define OP_PAST_MEASURE_H

#include <stdint.h>

struct fault;
struct past;

/*
 * Asks once, before anything else, what must be the same for every part of a
 * history: how often Prometheus scrapes, whether it has samples from before the
 * beginning, and whether its history is that of PD's cluster of today.
 */
int past_measure(struct past *p, struct fault *f);

/* Rounds a measured scrape interval to the nearest one that people configure. */
int64_t past_measure_snap(double interval_s);

#endif
