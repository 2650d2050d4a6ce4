/* SPDX-License-Identifier: ISC */
#ifndef OP_PROM_RANGE_H
#define OP_PROM_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scrape/prom_matrix.h"
#include "scrape/prometheus.h"

struct fault;
struct http;
struct http_identity;
struct intern;
struct json_read;

/*
 * Asking Prometheus the same queries over and over, each time for the next
 * points of a grid: few requests at once, for others use the server too. What
 * it has no room or time for is asked in smaller parts; what it has no time
 * for now is asked again later.
 */

enum { PROM_RANGE_PARALLEL = 4 };

struct prom_query {
	const char *promql;
	struct prom_matrix_form form;
	bool refused; /* the server takes it for no query: it is not asked any more */
	size_t fits;  /* points of the largest part that was answered after a larger one was not; 0:
			 not known */

	/* what the last prom_range_ask() got: */
	struct prom_matrix matrix;
	bool *lost;		       /* by point: not answered */
	struct prometheus_error error; /* why points are lost, the first reason */
};

struct prom_part;

struct prom_range {
	struct http *http;
	struct json_read *json;
	const struct http_identity *identity;
	const char *url;
	int64_t timeout_ms; /* of a request */
	unsigned parallel;  /* requests under way at most */
	unsigned tries;	    /* after the first one, 1, 2, 4, ... seconds apart */
	struct intern *names;
	struct buf *values;
	const char *instance; /* the label that names an instance; NULL: "instance" */
	struct prom_query *queries;
	size_t count;

	bool overfull; /* out of prom_range_ask(): the answers are more than `values` takes */

	/* the rest is its own */
	const struct prom_grid *grid;
	struct prom_part *parts;
	size_t part_count, part_cap, under_way;
	int64_t answered_us; /* when an answer last came */
	size_t budget;
	struct buf warnings;
	struct fault *fault;
	bool gone;
};

/*
 * Asks all queries for the grid and waits for the answers. The matrices are
 * replaced; names and values are added to. -1 with STATUS_UNAVAILABLE if the
 * server has stopped answering, or answers none of the queries.
 */
int prom_range_ask(struct prom_range *r, const struct prom_grid *grid, struct fault *f);

/* Frees what the queries hold, and the parts. */
void prom_range_free(struct prom_range *r);

#endif
