/* SPDX-License-Identifier: ISC */
#ifndef OP_PROMETHEUS_H
#define OP_PROMETHEUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "scrape/clock_skew.h"
#include "scrape/http.h"
#include "scrape/prom_vector.h"

struct http_identity;
struct json_read;
struct metrics_tsv;
struct intern;

/*
 * Asks Prometheus one aggregated instant query for each column of metrics.tsv,
 * all at once, whatever the number of series. The queries carry no time, because
 * Prometheus' clock, which stamped the samples, may differ from ours.
 */

/* Why a column is missing. */
struct prometheus_error {
	bool set;
	char text[512];
};

struct prometheus_column {
	bool known; /* the answer was a vector, perhaps an empty one */
	struct prom_vector vector;
	struct prometheus_error error; /* set if it is not known, or lacks values */
};

struct prometheus {
	const char *url; /* from address_base_url() */
	const struct metrics_tsv *metrics;
	struct prometheus_column *columns; /* one for each of them */
	size_t known_count;
	struct buf values;		 /* of all columns */
	struct buf warnings;		 /* a line each */
	struct prometheus_error unasked; /* set if it is not known whether Prometheus scrapes */
	struct prometheus_error stale;	 /* set if its newest sample is too old */
	struct clock_skew skew;
	int64_t begin_us, end_us;

	struct http *http;
	struct json_read *json;
	const struct http_identity *identity;
	struct intern *names;
	bool pd_kinds;
	int64_t deadline_us;
	struct http_lane lane;
	size_t budget; /* bytes of bodies still allowed */
};

/*
 * With pd_kinds, the kinds store, member and cluster are PD's: their series are
 * named by store_id or store, else by instance; those of cluster are not named.
 * The records of all other kinds are Prometheus' own, named by the label id,
 * else instance. All names go to `names`.
 */
void prometheus_init(struct prometheus *p, const char *url, const struct metrics_tsv *metrics,
	struct intern *names, bool pd_kinds);
void prometheus_free(struct prometheus *p);

/* Whether the records of this kind are Prometheus' own. */
bool prometheus_owns(const struct prometheus *p, const char *kind);

/* The labels by which series name a record of this kind. */
enum prom_vector_labels prometheus_labels(bool pd_kinds, const char *kind);

/* Sends the queries, at most `parallel` at once. */
void prometheus_begin(struct prometheus *p, struct http *http, struct json_read *json,
	const struct http_identity *identity, unsigned parallel, int64_t deadline_us);

/* Sets it, cut to its size. */
void prometheus_error_set(struct prometheus_error *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* A copy of all columns' errors, the caller's to free(). */
struct prometheus_error *prometheus_errors(const struct prometheus *p);

/* Takes an answer whose owner is p, and frees it. */
void prometheus_take(struct prometheus *p, struct http_answer *a);

/* To be called after all answers: drops every column if Prometheus does not scrape. */
void prometheus_judge(struct prometheus *p);

#endif
