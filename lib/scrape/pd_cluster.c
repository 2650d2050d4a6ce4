/* SPDX-License-Identifier: ISC */
#include "scrape/pd_cluster.h"

#include <math.h>
#include <string.h>

#include "base/fault.h"
#include "base/json_write.h"
#include "scrape/lenient_json.h"
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
	buf_init(&c->version, TEXT_MAX);
}

void
pd_cluster_free(struct pd_cluster *c)
{
	buf_free(&c->location_labels);
	buf_free(&c->version);
}

/* Reads one member of the object: its key is given, its value is next. */
typedef int member_reader(
	struct pd_cluster *c, struct lenient_json *body, const struct json_text *key);

static int
read_object(struct pd_cluster *c, struct lenient_json *body, member_reader *read, struct fault *f)
{
	struct json_text key;
	int more = lenient_json_open(body, JSON_OBJECT);

	while (more == 0 && (more = json_read_member(body->json, &key)) > 0)
		more = read(c, body, &key);
	if (more == 0)
		more = json_read_end(body->json);
	if (more < 0)
		return fault_set(f, STATUS_UNAVAILABLE, "%s", json_read_error(body->json));
	return 0;
}

static int
regions_member(struct pd_cluster *c, struct lenient_json *body, const struct json_text *key)
{
	if (json_text_is(key, "count"))
		return lenient_json_u64(body, &c->region_count);
	if (json_text_is(key, "empty_count"))
		return lenient_json_u64(body, &c->empty_region_count);
	return json_read_skip(body->json);
}

/* A list, or the comma list that PD's typeutil.StringSlice is written as. */
static int
read_location_labels(struct pd_cluster *c, struct lenient_json *body)
{
	struct json_text t;
	enum json_token token = json_read_next(body->json, &t);
	int more = token == JSON_BAD ? -1 : 0;

	if (token != JSON_STRING && token != JSON_ARRAY)
		return json_read_finish(body->json, token);
	buf_clear(&c->location_labels);
	if (token == JSON_STRING)
		json_text_append(&t, &c->location_labels); /* too long: not known */
	while (token == JSON_ARRAY && (more = lenient_json_item(body, &token, &t)) > 0) {
		if (token != JSON_STRING && json_read_finish(body->json, token))
			return -1;
		if (token == JSON_STRING) {
			if (c->location_labels.len)
				buf_add_char(&c->location_labels, ','); /* as above */
			json_text_append(&t, &c->location_labels);	/* as above */
		}
		token = JSON_ARRAY;
	}
	c->location_labels_known = more == 0 && !c->location_labels.full;
	return more;
}

static int
replicate_member(struct pd_cluster *c, struct lenient_json *body, const struct json_text *key)
{
	if (json_text_is(key, "max-replicas"))
		return lenient_json_u64(body, &c->max_replicas);
	if (json_text_is(key, "location-labels"))
		return read_location_labels(c, body);
	return json_read_skip(body->json);
}

static int
schedule_member(struct pd_cluster *c, struct lenient_json *body, const struct json_text *key)
{
	if (json_text_is(key, "max-store-down-time"))
		return lenient_json_go_duration(body, &c->max_store_down_time_ms);
	if (json_text_is(key, "low-space-ratio"))
		return lenient_json_double(body, &c->low_space_ratio);
	return json_read_skip(body->json);
}

static int
meta_member(struct pd_cluster *c, struct lenient_json *body, const struct json_text *key)
{
	if (json_text_is(key, "max_peer_count"))
		return lenient_json_u64(body, &c->max_peer_count);
	return json_read_skip(body->json);
}

static int
status_member(struct pd_cluster *c, struct lenient_json *body, const struct json_text *key)
{
	struct json_text t;
	enum json_token token;

	if (!json_text_is(key, "is_initialized"))
		return json_read_skip(body->json);
	token = json_read_next(body->json, &t);
	c->initialized_known = token == JSON_TRUE || token == JSON_FALSE;
	c->initialized = token == JSON_TRUE;
	return json_read_finish(body->json, token);
}

static int
version_member(struct pd_cluster *c, struct lenient_json *body, const struct json_text *key)
{
	struct span text = {0};

	if (!json_text_is(key, "version"))
		return json_read_skip(body->json);
	if (lenient_json_text(body, &text))
		return -1;
	buf_clear(&c->version);
	if (text.len && *text.at == 'v')
		text = (struct span){text.at + 1, text.len - 1};
	if (text.len)
		buf_add(&c->version, text.at, text.len); /* too long: it stays empty */
	return 0;
}

int
pd_cluster_read_regions(struct pd_cluster *c, struct lenient_json *body, struct fault *f)
{
	return read_object(c, body, regions_member, f);
}

int
pd_cluster_read_replicate(struct pd_cluster *c, struct lenient_json *body, struct fault *f)
{
	return read_object(c, body, replicate_member, f);
}

int
pd_cluster_read_schedule(struct pd_cluster *c, struct lenient_json *body, struct fault *f)
{
	return read_object(c, body, schedule_member, f);
}

int
pd_cluster_read_meta(struct pd_cluster *c, struct lenient_json *body, struct fault *f)
{
	return read_object(c, body, meta_member, f);
}

int
pd_cluster_read_status(struct pd_cluster *c, struct lenient_json *body, struct fault *f)
{
	return read_object(c, body, status_member, f);
}

int
pd_cluster_read_version(struct pd_cluster *c, struct lenient_json *body, struct fault *f)
{
	return read_object(c, body, version_member, f);
}

static void
write_count(struct json_write *w, const char *key, uint64_t value)
{
	if (value == PD_UNKNOWN)
		return;
	json_write_put_u64(w, key, value);
}

static void
write_labels(struct json_write *w, const char *list)
{
	json_write_key(w, "location_labels");
	json_write_array(w);
	while (*list) {
		size_t len = strcspn(list, ",");

		if (len)
			json_write_string_n(w, list, len);
		list += len + (list[len] == ',');
	}
	json_write_array_end(w);
}

void
pd_cluster_write(const struct pd_cluster *c, struct json_write *w)
{
	write_count(w, "region_count", c->region_count);
	write_count(w, "empty_region_count", c->empty_region_count);
	write_count(w, "max_replicas",
		c->max_replicas != PD_UNKNOWN ? c->max_replicas : c->max_peer_count);
	if (c->location_labels_known)
		write_labels(w, c->location_labels.data);
	if (c->max_store_down_time_ms >= 0) {
		json_write_put_double(
			w, "max_store_down_time_s", (double)c->max_store_down_time_ms / 1000);
	}
	if (isfinite(c->low_space_ratio)) {
		json_write_put_double(w, "low_space_ratio", c->low_space_ratio);
	}
	if (c->initialized_known) {
		json_write_put_bool(w, "initialized", c->initialized);
	}
	if (c->version.len) {
		json_write_key(w, "version");
		json_write_string_n(w, c->version.data, c->version.len);
	}
}
