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
 * Asks PD. Any member answers for the whole cluster, because followers forward. So
 * the endpoints are tried in order, each with all requests at once, and the next
 * one is asked if /stores did not arrive within the endpoint's share of the time.
 * "Not bootstrapped" counts as an answer only from the last endpoint.
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

/* The state of a request to the endpoint that answered. */
enum pd_outcome { PD_PENDING, PD_KNOWN, PD_FAILED };

struct pd_endpoint {
	const char *url;
	char error[512]; /* why it could not be used; "" if it answered or was not asked */
};

struct pd {
	struct pd_endpoint *endpoints;
	size_t endpoint_count;
	size_t current; /* the endpoint to ask, or the one that answered; endpoint_count: none did
			 */
	bool answered;
	enum pd_outcome outcome[PD_REQUESTS];
	bool whole[PD_REQUESTS]; /* set by pd_judge(): known, and complete */
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

/* The base URLs (each from address_base_url()) must outlive it. */
void pd_init(struct pd *pd, char *const *urls, size_t count);
void pd_free(struct pd *pd);

/* Asks the first endpoint. */
void pd_begin(struct pd *pd, struct http *http, struct json_read *json,
	const struct http_identity *identity, int64_t deadline_us);

/* Takes an answer whose owner is pd, and frees it. */
void pd_take(struct pd *pd, struct http_answer *a);

/*
 * Judges all answers together after the last one. PD's list of stores is whole
 * only if its count is the number listed, and not 0. If the answers name two
 * clusters, as those of a load balancer over both do, none of them is whole.
 */
void pd_judge(struct pd *pd);

/*
 * Whether placement rules decide where replicas are. They do unless the
 * configuration explicitly disables them, so if they cannot be read, the number of
 * replicas is unknown.
 */
enum lenient_bool pd_rules_in_force(const struct pd *pd);

/* The columns that the request would have filled, as a comma list. */
const char *pd_columns(enum pd_request request);

#endif
