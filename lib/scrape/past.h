/* SPDX-License-Identifier: ISC */
#ifndef OP_PAST_H
#define OP_PAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scrape/history_query.h"
#include "scrape/metrics_tsv.h"
#include "scrape/prom_range.h"
#include "scrape/query_template.h"
#include "scrape/rebuilt.h"

struct collect;
struct collect_options;
struct fault;
struct http;
struct json_read;
struct pd;
struct subject;

/*
 * A cluster as its metrics show it, at points of the past or now: the columns
 * of metrics.tsv, and PD's answers rebuilt from the queries of history.tsv.
 */
struct past_options {
	const struct collect_options *collect;
	const struct subject *subject;
	struct query_template terms; /* without heard and heard_count */
	int64_t from_ms, to_ms;
	int64_t step_ms;    /* 0: now; collect_run() then asks for the columns of metrics.tsv */
	int64_t interval_s; /* between two scrapes; 0: to be measured */
	int64_t timeout_ms; /* of a request */
};

struct past {
	const struct past_options *options;
	const struct pd *today; /* NULL: not asked */
	int64_t interval_s;
	int64_t oldest_ms; /* rule A: a sample older than this shows that nothing was scraped */
	bool older;	   /* there are samples from before from_ms */
	char heard[24], heard_count[24];
	char *age; /* the query for the age of the newest sample */

	struct metrics_tsv queries; /* of history.tsv */
	struct prom_query *asked; /* columns of metrics.tsv, those of queries, the age of samples */
	size_t column_count, count;
	size_t index[HISTORY_QUERIES]; /* in asked, or SIZE_MAX */
	struct prom_range range;
	struct intern *names;
	struct buf values;

	struct prom_matrix answers[HISTORY_QUERIES]; /* for rebuilt_at(), from asked */
	bool known[HISTORY_QUERIES];
	const char *errors[HISTORY_QUERIES]; /* of queries that failed at the point, or NULL */
	struct rebuilt_input input;
	struct rebuilt rebuilt;
	size_t point;	 /* the one being rebuilt */
	char error[300]; /* why nothing is known of the point, or "" */
};

/*
 * Measures how often Prometheus scrapes, if the options do not say so, and
 * loads history.tsv. -1 with the status of what failed: STATUS_UNAVAILABLE if
 * Prometheus does not answer or has the history of other clusters than
 * today's. Call past_free() either way.
 */
int past_open(struct past *p, const struct past_options *options, struct http *http,
	struct json_read *json, const struct pd *today, struct fault *f);
void past_free(struct past *p);

/* Asks for the points of the grid. If names is NULL, it uses a new set each time. */
int past_ask(struct past *p, const struct prom_grid *grid, struct intern *names, struct fault *f);

/* Records that Prometheus cannot be asked, so that nothing is known. */
void past_fail(struct past *p, const struct fault *f);

/* Rebuilds PD's answers at a point, into o->pd; o->past is then p. */
void past_rebuild(struct past *p, size_t point, struct collect *o);

/*
 * Fill in what is known by instance at the point being rebuilt. instances[i] is
 * the instance of store, or member, i. at_ms is the point's time.
 */
void past_fill_stores(struct past *p, int64_t at_ms, const uint32_t *instances);
void past_fill_members(struct past *p, int64_t at_ms, const uint32_t *instances);

#endif
