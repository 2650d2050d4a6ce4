/* SPDX-License-Identifier: ISC */
#include "scrape/pd.h"

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
read_regions(struct pd *pd, struct lenient_json *body, struct fault *f)
{
	return pd_cluster_read_regions(&pd->cluster, body, f);
}

static int
read_replicate(struct pd *pd, struct lenient_json *body, struct fault *f)
{
	return pd_cluster_read_replicate(&pd->cluster, body, f);
}

static int
read_schedule(struct pd *pd, struct lenient_json *body, struct fault *f)
{
	return pd_cluster_read_schedule(&pd->cluster, body, f);
}

static int
read_meta(struct pd *pd, struct lenient_json *body, struct fault *f)
{
	return pd_cluster_read_meta(&pd->cluster, body, f);
}

static int
read_status(struct pd *pd, struct lenient_json *body, struct fault *f)
{
	return pd_cluster_read_status(&pd->cluster, body, f);
}

static int
read_version(struct pd *pd, struct lenient_json *body, struct fault *f)
{
	return pd_cluster_read_version(&pd->cluster, body, f);
}

/* state=0, 1 and 2 are Up, Offline and Tombstone: without it the last are left out. */
static const struct request {
	const char *path;
	int (*read)(struct pd *pd, struct lenient_json *body, struct fault *f);
	const char *columns;
} requests[PD_REQUESTS] = {
	[PD_STORES] = {"/pd/api/v1/stores?state=0&state=1&state=2", read_stores, ""},
	[PD_MEMBERS] = {"/pd/api/v1/members", read_members, ""},
	[PD_HEALTH] = {"/pd/api/v1/health", read_health, "health"},
	[PD_REGIONS] = {"/pd/api/v1/stats/region?count", read_regions,
		"region_count,empty_region_count"},
	[PD_REPLICATE] = {"/pd/api/v1/config/replicate", read_replicate, "location_labels"},
	[PD_SCHEDULE] = {"/pd/api/v1/config/schedule", read_schedule,
		"max_store_down_time_s,low_space_ratio"},
	[PD_META] = {"/pd/api/v1/cluster", read_meta, ""},
	[PD_STATUS] = {"/pd/api/v1/cluster/status", read_status, "initialized"},
	[PD_VERSION] = {"/pd/api/v1/version", read_version, "version"},
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
}

/* What the endpoint before said counts for nothing. */
static void
forget(struct pd *pd)
{
	pd_stores_free(&pd->stores);
	pd_members_free(&pd->members);
	pd_health_free(&pd->health);
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

/* Puts all requests to the endpoint whose turn it is: it has its share of the time that is left. */
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
		buf_printf(&url, "%s%s", pd->endpoints[pd->current].url,
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

static void
say(char out[512], enum pd_request request, const struct fault *f)
{
	size_t path = strlen("/pd/api/v1");

	text_format(out, 512, "%.*s: %.400s", (int)strcspn(requests[request].path + path, "?"),
		requests[request].path + path, f->text); /* bounded by its parts */
}

/* This endpoint is of no use: the next one's turn, or nobody's. */
static void
next_endpoint(struct pd *pd, const struct fault *f)
{
	struct pd_endpoint *e = &pd->endpoints[pd->current];

	if (strncmp(f->text, "HTTP ", 5) == 0 || strstr(f->text, "JSON"))
		say(e->error, PD_STORES, f);
	else
		text_format(e->error, sizeof e->error, "%.500s", f->text);
	http_cancel(pd->http, pd);
	forget(pd);
	if (++pd->current < pd->endpoint_count)
		ask(pd);
}

/*
 * Is that the cluster's own answer? A member that cannot reach its leader says
 * the same, so it is only when nobody is left who may know better.
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
	size_t offset;

	body.text = pd->bodies[a->tag] = buf_take(&a->body);
	if (requests[a->tag].read(pd, &body, f) == 0)
		return 0;
	offset = json_read_offset(pd->json);
	(void)fault_within(f, "not the JSON expected%s%s%s (byte %zu)", *a->type ? " (" : "",
		a->type, *a->type ? ")" : "", offset);
	return -1;
}

void
pd_take(struct pd *pd, struct http_answer *a)
{
	enum pd_request request = a->tag;
	struct fault f = {0};
	int bad = http_error_check(pd->json, a, &f);
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
		next_endpoint(pd, &f);
		return;
	}
	if (bad && (!pd->error[0] || request < pd->error_of)) {
		pd->error_of = request;
		say(pd->error, request, &f);
	}
	if (request == PD_STORES) {
		pd->answered = true;
		http_extend(pd->http, pd, pd->deadline_us);
	}
}
