/* SPDX-License-Identifier: ISC */
#include "scrape/pd.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/text.h"
#include "scrape/address.h"
#include "scrape/http.h"
#include "scrape/http_error.h"
#include "scrape/http_identity.h"
#include "scrape/lenient_json.h"

enum { BODIES_MAX = HTTP_BODIES_MAX / 3 };

static int
read_stores(struct pd *pd, struct lenient_json *body, struct fault *f)
{
	return pd_stores_read(&pd->stores, body, f);
}

static int
read_members(struct pd *pd, struct lenient_json *body, struct fault *f)
{
	return pd_members_read(&pd->members, body, f);
}

static int
read_health(struct pd *pd, struct lenient_json *body, struct fault *f)
{
	return pd_health_read(&pd->health, body, f);
}

static int
read_rules(struct pd *pd, struct lenient_json *body, struct fault *f)
{
	return pd_rules_read(&pd->rules, body, f);
}

/*
 * state=0, 1 and 2 are Up, Offline and Tombstone; without it, PD leaves out the
 * last. A request without a reader of its own is about the cluster.
 */
static const struct request {
	const char *path;
	const char *columns;
	int (*read)(struct pd *pd, struct lenient_json *body, struct fault *f);
	enum pd_cluster_answer answer;
} requests[PD_REQUESTS] = {
	[PD_STORES] = {"/stores?state=0&state=1&state=2", "", .read = read_stores},
	[PD_MEMBERS] = {"/members", "", .read = read_members},
	[PD_HEALTH] = {"/health", "health", .read = read_health},
	[PD_REGIONS] = {"/stats/region?count", "region_count,empty_region_count",
		.answer = PD_CLUSTER_REGIONS},
	[PD_REPLICATE] = {"/config/replicate", "location_labels", .answer = PD_CLUSTER_REPLICATE},
	[PD_SCHEDULE] = {"/config/schedule", "max_store_down_time_s,low_space_ratio",
		.answer = PD_CLUSTER_SCHEDULE},
	[PD_META] = {"/cluster", "", .answer = PD_CLUSTER_META},
	[PD_STATUS] = {"/cluster/status", "initialized", .answer = PD_CLUSTER_STATUS},
	[PD_VERSION] = {"/version", "version", .answer = PD_CLUSTER_VERSION},
	[PD_RULES] = {"/config/rules", "", .read = read_rules},
};

const char *
pd_columns(enum pd_request request)
{
	return requests[request].columns;
}

void
pd_init(struct pd *pd, char *const *urls, size_t count)
{
	*pd = (struct pd){.endpoint_count = count, .date_ms = -1};
	pd->endpoints = mem_zero(count, sizeof *pd->endpoints);
	for (size_t i = 0; i < count; i++)
		pd->endpoints[i].url = urls[i];
	pd_cluster_init(&pd->cluster);
	pd_rules_free(&pd->rules);
}

/* Drops the answers of the previous endpoint. */
static void
forget(struct pd *pd)
{
	pd_stores_free(&pd->stores);
	pd_members_free(&pd->members);
	pd_health_free(&pd->health);
	pd_rules_free(&pd->rules);
	pd_cluster_free(&pd->cluster);
	pd_cluster_init(&pd->cluster);
	for (size_t i = 0; i < PD_REQUESTS; i++) {
		free(pd->bodies[i]);
		pd->bodies[i] = NULL;
		pd->outcome[i] = PD_PENDING;
	}
	pd->error[0] = '\0';
	pd->skew = (struct clock_skew){0};
	pd->date_ms = -1;
}

void
pd_free(struct pd *pd)
{
	forget(pd);
	pd_cluster_free(&pd->cluster);
	free(pd->endpoints);
}

/* Sends all requests to the current endpoint, which has its share of the time left. */
static void
ask(struct pd *pd)
{
	int64_t now = clock_monotonic_ns() / 1000;
	int64_t left = pd->deadline_us > now ? pd->deadline_us - now : 0;
	struct http_request r = {.identity = pd->identity, .owner = pd, .budget = &pd->budget};

	pd->budget = BODIES_MAX;
	r.deadline_us = now + left / (int64_t)(pd->endpoint_count - pd->current);
	for (unsigned i = 0; i < PD_REQUESTS; i++) {
		struct buf url;

		buf_init(&url, 4096);
		buf_printf(&url, "%s/pd/api/v1%s", pd->endpoints[pd->current].url,
			requests[i].path); /* it fits */
		r.url = url.data;
		r.tag = i;
		http_get(pd->http, &r);
		buf_free(&url);
	}
}

void
pd_begin(struct pd *pd, struct http *http, struct json_read *json,
	const struct http_identity *identity, int64_t deadline_us)
{
	pd->http = http;
	pd->json = json;
	pd->identity = identity;
	pd->deadline_us = deadline_us;
	pd->begin_us = pd->end_us = clock_monotonic_ns() / 1000;
	ask(pd);
}

/* Formats what failed, after the path of the request. */
static void
describe(char out[512], enum pd_request request, const struct fault *f)
{
	const char *path = requests[request].path;

	text_format(out, 512, "%.*s: %.400s", (int)strcspn(path, "?"), path, f->text);
}

/* This endpoint failed: goes on with the next one, if any. */
static void
next_endpoint(struct pd *pd, bool answered, const struct fault *f)
{
	struct pd_endpoint *e = &pd->endpoints[pd->current];

	if (answered)
		describe(e->error, PD_STORES, f);
	else
		text_format(e->error, sizeof e->error, "%.500s", f->text);
	http_cancel(pd->http, pd);
	forget(pd);
	if (++pd->current < pd->endpoint_count)
		ask(pd);
}

/*
 * Whether the cluster is not bootstrapped. A member that cannot reach its leader
 * answers the same, so this counts only if no other endpoint is left.
 */
static bool
not_bootstrapped(const struct pd *pd, const struct http_answer *a)
{
	return pd->current + 1 == pd->endpoint_count && a->status == 500 &&
	       strstr(a->body.data, "[PD:cluster:ErrNotBootstrapped]");
}

static int
read_body(struct pd *pd, struct http_answer *a, struct fault *f)
{
	struct lenient_json body = {.json = pd->json, .len = a->body.len};
	const struct request *r = &requests[a->tag];

	body.text = pd->bodies[a->tag] = buf_take(&a->body);
	if (r->read ? r->read(pd, &body, f) == 0
		    : pd_cluster_read(&pd->cluster, r->answer, &body, f) == 0)
		return 0;
	return fault_within(f, "not the JSON expected%s%s%s (byte %zu)", *a->type ? " (" : "",
		a->type, *a->type ? ")" : "", json_read_offset(pd->json));
}

/* As http_error_check(), without the secrets that were sent. */
static int
check(struct pd *pd, struct http_answer *a, struct fault *f)
{
	int bad;

	if (a->status != 200)
		http_identity_hide(pd->identity, a->body.data, a->body.len);
	http_identity_hide(pd->identity, a->location, strlen(a->location));
	bad = http_error_check(pd->json, a, f);
	if (bad)
		http_identity_hide(pd->identity, f->text, strlen(f->text));
	return bad;
}

void
pd_take(struct pd *pd, struct http_answer *a)
{
	enum pd_request request = a->tag;
	struct fault f = {0};
	int bad = check(pd, a, &f);
	int status = a->status;
	bool settled = bad && request == PD_STORES && not_bootstrapped(pd, a);

	pd->end_us = clock_monotonic_ns() / 1000;
	if (a->status && a->date_ms >= 0)
		clock_skew_add(&pd->skew, a->date_ms, a->sent_ms, a->received_ms);
	if (request == PD_STORES)
		pd->date_ms = a->date_ms;
	if (!bad)
		bad = read_body(pd, a, &f);
	http_answer_free(a);
	pd->outcome[request] = bad ? PD_FAILED : PD_KNOWN;
	if (bad && request == PD_STORES && !settled) {
		next_endpoint(pd, status != 0, &f);
		return;
	}
	if (request != PD_RULES && bad && (!pd->error[0] || request < pd->error_of)) {
		pd->error_of = request;
		describe(pd->error, request, &f);
	}
	if (request == PD_STORES) {
		pd->answered = true;
		http_extend(pd->http, pd, pd->deadline_us);
	}
}

/* Keeps the first reason, in order of importance. */
static void
incomplete(struct pd *pd, enum pd_request request, const struct fault *f)
{
	pd->whole[request] = false;
	if (pd->error[0] && pd->error_of <= request)
		return;
	pd->error_of = request;
	describe(pd->error, request, f);
}

static void
judge_stores(struct pd *pd)
{
	const struct pd_stores *s = &pd->stores;
	struct fault f;

	if (pd->outcome[PD_STORES] != PD_KNOWN)
		return;
	if (s->told_count != PD_UNKNOWN && s->told_count != s->count)
		fault_put(&f, STATUS_UNAVAILABLE, "it counts %" PRIu64 " stores and lists %zu",
			s->told_count, s->count);
	else if (!s->count && pd->cluster.region_count != 0)
		fault_put(&f, STATUS_UNAVAILABLE, "it lists no store");
	else
		return;
	incomplete(pd, PD_STORES, &f);
}

void
pd_judge(struct pd *pd)
{
	uint64_t id = pd->members.cluster_id, other = pd->cluster.id;

	for (unsigned i = 0; i < PD_REQUESTS; i++)
		pd->whole[i] = pd->outcome[i] == PD_KNOWN;
	pd->cluster_id = id;
	pd_members_judge(&pd->members, &pd->health);
	judge_stores(pd);
	if (!id || !other || id == other)
		return;
	pd->mixed = true;
	pd->cluster_id = 0;
	pd->whole[PD_STORES] = pd->whole[PD_MEMBERS] = false;
	text_format(pd->error, sizeof pd->error,
		"the answers are of two clusters: /members names %" PRIu64 ", /cluster %" PRIu64,
		id, other); /* it fits */
}

enum lenient_bool
pd_rules_in_force(const struct pd *pd)
{
	return pd->cluster.placement_rules == LENIENT_FALSE ? LENIENT_FALSE : LENIENT_TRUE;
}
