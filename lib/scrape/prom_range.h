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
 * Asks Prometheus the same queries repeatedly, each time for the next points of
 * a grid, with few requests at once, because others use the server, too. A query
 * that is too much for it is split into smaller parts; one that it is too busy
 * for is retried later.
 */

enum { PROM_RANGE_PARALLEL = 4 };

struct prom_query {
	const char *promql;
	struct prom_matrix_form form;
	bool refused; /* the server rejects the query: it is not asked again */
	size_t fits;  /* points of a part small enough to be answered; 0: not known */

	/* results of the last prom_range_ask(): */
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
	unsigned tries;	    /* retries, after 1, 2, 4, ... seconds */
	struct intern *names;
	struct buf *values;
	const char *instance; /* the label that names an instance; NULL: "instance" */
	struct prom_query *queries;
	size_t count;

	bool overfull; /* set by prom_range_ask(): the answers do not fit into `values` */

	/* private */
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
 * Asks all queries for the grid and waits for the answers. Replaces the
 * matrices, and adds to names and values. -1 with STATUS_UNAVAILABLE if the
 * server has stopped answering, or answers none of the queries.
 */
int prom_range_ask(struct prom_range *r, const struct prom_grid *grid, struct fault *f);

/* Frees what the queries hold, and the parts. */
void prom_range_free(struct prom_range *r);

#endif
