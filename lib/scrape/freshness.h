/* SPDX-License-Identifier: ISC */
#ifndef OP_FRESHNESS_H
#define OP_FRESHNESS_H

#include <stdint.h>

/*
 * Whether Prometheus scrapes at all. One that has stopped, or has just come
 * back, answers for minutes with old samples: gauges that no longer change,
 * rates that sink. So every scrape also asks for the time of its newest sample
 * and for its scrape interval; if the sample is more than three intervals old,
 * its answers are about the past. After five minutes PromQL no longer sees that
 * sample, so older ones are looked for over 15 days: silence is not recovery. A
 * Prometheus without any does not know the cluster; metrics_missing reports that.
 *
 * The series with the id "age" is how old the newest sample is, in seconds;
 * "interval" is the time between two scrapes.
 */
#define FRESHNESS_AGE                        \
	"time() - max(timestamp(up{$match})" \
	" or timestamp(process_start_time_seconds{$match}))"
#define FRESHNESS_LONG_AGO                                             \
	"time() - (max(max_over_time(timestamp(up{$match})[15m:30s]))" \
	" or max(max_over_time(timestamp(up{$match})[1d:5m]))"         \
	" or max(max_over_time(timestamp(up{$match})[15d:6h])))"
#define FRESHNESS_QUERY                                                                           \
	"label_replace(" FRESHNESS_AGE " or " FRESHNESS_LONG_AGO ", \"id\", \"age\", \"\", \"\")" \
	" or label_replace(300 / max(count_over_time(up{$match}[5m])), \"id\", \"interval\","     \
	" \"\", \"\")"

/*
 * The age, in ms, after which a sample is too old, for that interval in
 * seconds; NAN: not known.
 */
int64_t freshness_limit_ms(double interval_s);

/* How far a sample's time may be from the answer's Date, and how old a cached answer may be. */
enum { FRESHNESS_DRIFT_MAX_MS = 330000 };

#endif
