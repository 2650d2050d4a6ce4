/* SPDX-License-Identifier: ISC */
#ifndef OP_PD_H
#define OP_PD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scrape/clock_skew.h"
#include "scrape/pd_cluster.h"
#include "scrape/pd_members.h"
#include "scrape/pd_rules.h"
#include "scrape/pd_stores.h"

struct http;
struct http_answer;
struct http_identity;
struct json_read;

/*
 * Asking PD. Any member answers for the whole cluster, followers forward, so
 * the endpoints are tried in order, each with all requests at once: the next
 * one's turn comes if /stores could not be had within the endpoint's share of
 * the time. That the cluster is not bootstrapped counts as an answer if the
 * last of them reports it.
 */

enum pd_request {
	PD_STORES,
	PD_MEMBERS,
	PD_HEALTH,
	PD_REGIONS,
	PD_REPLICATE,
	PD_SCHEDULE,
	PD_META,
	PD_STATUS,
	PD_VERSION,
	PD_RULES,
	PD_REQUESTS
};

/* What became of a request at the endpoint that answered. */
enum pd_outcome { PD_PENDING, PD_KNOWN, PD_FAILED };

struct pd_endpoint {
	const char *url;
	char error[512]; /* why it could not be used, "": it was not asked, or it answered */
};

struct pd {
	struct pd_endpoint *endpoints;
	size_t endpoint_count;
	size_t current; /* the endpoint to ask, or the one that answered; endpoint_count: none did
			 */
	bool answered;
	enum pd_outcome outcome[PD_REQUESTS];
	bool whole[PD_REQUESTS]; /* out of pd_judge(): known, and nothing is lacking in it */
	bool mixed;		 /* likewise: the answers name two clusters */
	uint64_t cluster_id;	 /* likewise: 0 if unknown, or mixed */
	char error[512]; /* what failed at the endpoint that answered: the first in the order above
			  */
	enum pd_request error_of;
	struct pd_stores stores;
	struct pd_members members;
	struct pd_health health;
	struct pd_cluster cluster;
	struct pd_rules rules;
	char *bodies[PD_REQUESTS];
	struct clock_skew skew;
	int64_t date_ms; /* of the answer with the stores: PD's clock; -1: it gave none */
	int64_t begin_us, end_us;

	struct http *http;
	struct json_read *json;
	const struct http_identity *identity;
	int64_t deadline_us;
	size_t budget; /* bytes of bodies that the endpoint may still send */
};

/* The base URLs (each from address_base_url()) outlive it. */
void pd_init(struct pd *pd, char *const *urls, size_t count);
void pd_free(struct pd *pd);

/* Asks the first endpoint. */
void pd_begin(struct pd *pd, struct http *http, struct json_read *json,
	const struct http_identity *identity, int64_t deadline_us);

/* Takes an answer whose owner is pd, and frees it. */
void pd_take(struct pd *pd, struct http_answer *a);

/*
 * Judges the answers together, once all are in: PD's list of stores is whole
 * only if it counts as many as it lists, and lists some; answers that name two
 * clusters, as a load balancer over both gives, are whole in nothing.
 */
void pd_judge(struct pd *pd);

/*
 * Do placement rules decide where replicas are? Unless the configuration
 * explicitly denies it: rules that cannot be read, whatever the reason, then
 * leave it unknown how many replicas there are.
 */
enum lenient_bool pd_rules_in_force(const struct pd *pd);

/* The columns that the request would have filled, a comma list: for whom they are missed. */
const char *pd_columns(enum pd_request request);

#endif
