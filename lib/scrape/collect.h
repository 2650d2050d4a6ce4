/* SPDX-License-Identifier: ISC */
#ifndef OP_COLLECT_H
#define OP_COLLECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scrape/http.h"
#include "scrape/http_identity.h"
#include "scrape/pd.h"
#include "scrape/prometheus.h"

struct fault;
struct json_read;
struct metrics_tsv;
struct intern;
struct past;
struct past_options;

/* The name that a user gives for a store in Prometheus. */
struct collect_override {
	uint64_t store;
	const char *instance;
};

struct collect_options {
	const char *subject;
	const char *cluster;
	char **pd; /* base URLs; none: PD is not used */
	size_t pd_count;
	const char *prometheus; /* NULL: not used */
	const struct metrics_tsv *metrics;
	struct http_identity pd_identity;
	struct http_identity prometheus_identity;
	const struct collect_override *overrides;
	size_t override_count;
	bool pd_kinds;	   /* the subject's kinds store, member and cluster are PD's */
	unsigned parallel; /* queries of Prometheus at once */
	int64_t timeout_ms;
};

/*
 * One observation of a cluster: all requests at once, then their answers are
 * joined. `at` is the moment when the last answer had arrived, so that no evidence
 * is newer than its cycle.
 */
struct collect {
	const struct collect_options *options;
	struct http *http;
	struct pd pd;
	struct prometheus prometheus;
	struct intern *names; /* instances, and ids by which Prometheus names stores */
	struct json_read *json;
	struct past *past; /* pd is rebuilt from metrics; NULL: it was asked */
	int64_t at_ms;
};

/*
 * Asks and waits, at most timeout_ms. -1 only if nothing could be asked at all.
 * past: NULL to ask PD; else PD is rebuilt from its present metrics.
 */
int collect_run(struct collect *o, const struct collect_options *options,
	const struct past_options *past, struct fault *f);
void collect_free(struct collect *o);

#endif
