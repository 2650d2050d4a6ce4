/* SPDX-License-Identifier: ISC */
#ifndef OP_PAST_MEASURE_H
#define OP_PAST_MEASURE_H

#include <stdint.h>

struct fault;
struct past;

/*
 * What is asked once, before anything else, so that it is the same for every
 * part of a history: how often Prometheus scrapes, whether it has samples from
 * before the beginning, and whether its history is of PD's cluster of today.
 */
int past_measure(struct past *p, struct fault *f);

/* An interval between two scrapes as people configure it: the nearest of those that are usual. */
int64_t past_measure_snap(double interval_s);

#endif
