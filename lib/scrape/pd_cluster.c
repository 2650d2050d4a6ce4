/* SPDX-License-Identifier: ISC */
#include "scrape/pd_cluster.h"

#include <math.h>

#include "scrape/pd_stores.h"

enum { TEXT_MAX = 4096 };

void
pd_cluster_init(struct pd_cluster *c)
{
	*c = (struct pd_cluster){.region_count = PD_UNKNOWN,
		.empty_region_count = PD_UNKNOWN,
		.max_replicas = PD_UNKNOWN,
		.max_peer_count = PD_UNKNOWN,
		.max_store_down_time_ms = -1,
		.low_space_ratio = NAN};
	buf_init(&c->location_labels, TEXT_MAX);
}

void
pd_cluster_free(struct pd_cluster *c)
{
	buf_free(&c->location_labels);
}

static int
add_label(struct lenient_json *s, void *target, enum json_token token, const struct json_text *t)
{
	struct buf *labels = &((struct pd_cluster *)target)->location_labels;

	if (token != JSON_STRING)
		return json_read_finish(s->json, token);
	if (labels->len)
		buf_add_char(labels, ',');
	json_text_append(t, labels);
	return 0;
}

/* Reads a list, or a comma list, as PD writes its typeutil.StringSlice. */
static int
read_location_labels(
	struct lenient_json *s, void *target, enum json_token token, const struct json_text *t)
{
	struct pd_cluster *c = target;
	int bad;

	if (token != JSON_STRING && token != JSON_ARRAY)
		return json_read_finish(s->json, token);
	buf_clear(&c->location_labels);
	bad = token == JSON_ARRAY ? lenient_json_items(s, add_label, c) : add_label(s, c, token, t);
	c->location_labels_known = !bad && !c->location_labels.full;
	return bad;
}

#define AT(member) offsetof(struct pd_cluster, member)

static const struct lenient_field regions[] = {
	{"count", LENIENT_U64, .offset = AT(region_count)},
	{"empty_count", LENIENT_U64, .offset = AT(empty_region_count)},
	{0},
};

static const struct lenient_field replicate[] = {
	{"max-replicas", LENIENT_U64, .offset = AT(max_replicas)},
	{"location-labels", LENIENT_VALUE, .item = read_location_labels},
	{"enable-placement-rules", LENIENT_BOOL, .offset = AT(placement_rules)},
	{0},
};

static const struct lenient_field schedule[] = {
	{"max-store-down-time", LENIENT_DURATION, .offset = AT(max_store_down_time_ms)},
	{"low-space-ratio", LENIENT_DOUBLE, .offset = AT(low_space_ratio)},
	{0},
};

static const struct lenient_field meta[] = {
	{"id", LENIENT_U64, .offset = AT(id)},
	{"max_peer_count", LENIENT_U64, .offset = AT(max_peer_count)},
	{0},
};

static const struct lenient_field status[] = {
	{"is_initialized", LENIENT_BOOL, .offset = AT(initialized)},
	{0},
};

static const struct lenient_field version[] = {
	{"version", LENIENT_TEXT, .offset = AT(version)},
	{0},
};

static const struct lenient_field *const fields[] = {
	[PD_CLUSTER_REGIONS] = regions,
	[PD_CLUSTER_REPLICATE] = replicate,
	[PD_CLUSTER_SCHEDULE] = schedule,
	[PD_CLUSTER_META] = meta,
	[PD_CLUSTER_STATUS] = status,
	[PD_CLUSTER_VERSION] = version,
};

int
pd_cluster_read(struct pd_cluster *c, enum pd_cluster_answer answer, struct lenient_json *body,
	struct fault *f)
{
	return lenient_json_object(body, fields[answer], c) ? lenient_json_fault(body, f) : 0;
}
