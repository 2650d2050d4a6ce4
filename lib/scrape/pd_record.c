/* SPDX-License-Identifier: ISC */
#include "scrape/pd_record.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json_write.h"
#include "base/text.h"
#include "scrape/pd_cluster.h"
#include "scrape/pd_members.h"
#include "scrape/pd_rules.h"
#include "scrape/pd_stores.h"

static const char *const keys[][2] = {
	{"store", "address"},
	{"store", "status_address"},
	{"store", "engine"},
	{"store", "state"},
	{"store", "version"},
	{"store", "labels"},
	{"store", "disk_total_bytes"},
	{"store", "disk_available_bytes"},
	{"store", "disk_used_bytes"},
	{"store", "data_bytes"},
	{"store", "leader_count"},
	{"store", "region_count"},
	{"store", "slow_score"},
	{"store", "last_heartbeat_age_s"},
	{"store", "uptime_s"},
	{"store", "stale"},
	{"store", "leader_weight"},
	{"store", "region_weight"},
	{"store", "leader_score"},
	{"store", "region_score"},
	{"store", "node_state"},
	{"store", "physically_destroyed"},
	{"store", "disk_total_metric_bytes"},
	{"store", "disk_total_differs"},
	{"member", "name"},
	{"member", "health"},
	{"member", "leader"},
	{"member", "etcd_leader"},
	{"member", "version"},
	{"member", "client_urls"},
	{"cluster", "region_count"},
	{"cluster", "empty_region_count"},
	{"cluster", "max_replicas"},
	{"cluster", "location_labels"},
	{"cluster", "max_store_down_time_s"},
	{"cluster", "low_space_ratio"},
	{"cluster", "initialized"},
	{"cluster", "version"},
	{"cluster", "placement_rules"},
	{"cluster", "voters"},
	{"cluster", "voter_location_labels"},
};

bool
pd_record_has(const char *kind, const char *key)
{
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (strcmp(keys[i][0], kind) == 0 && strcmp(keys[i][1], key) == 0)
			return true;
	return false;
}

static void
write_id(struct json_write *w, uint64_t id)
{
	char text[24];

	text_format(text, sizeof text, "%" PRIu64, id); /* it fits */
	json_write_put_string(w, "id", text);
}

/* Unknown values are not written. */

static void
write_text(struct json_write *w, const char *key, struct span text)
{
	if (text.at)
		json_write_put_span(w, key, text);
}

static void
write_count(struct json_write *w, const char *key, uint64_t count)
{
	if (count != PD_UNKNOWN)
		json_write_put_u64(w, key, count);
}

static void
write_double(struct json_write *w, const char *key, double value)
{
	if (isfinite(value))
		json_write_put_double(w, key, value);
}

static void
write_seconds(struct json_write *w, const char *key, int64_t ms)
{
	if (ms >= 0)
		json_write_put_double(w, key, (double)ms / 1000);
}

static void
write_bool(struct json_write *w, const char *key, enum lenient_bool value)
{
	if (value != LENIENT_UNKNOWN)
		json_write_put_bool(w, key, value == LENIENT_TRUE);
}

/* "v8.5.3" without the v */
static void
write_version(struct json_write *w, struct span version)
{
	if (span_starts(version, "v"))
		version = span_from(version, 1);
	if (version.len)
		json_write_put_span(w, "version", version);
}

/* {"zone":"z1"}. PD ignores case in keys, but keys that differ in case are distinct here. */
static void
write_labels(struct json_write *w, const struct pd_label *labels, size_t count)
{
	json_write_key(w, "labels");
	json_write_object(w);
	for (size_t i = 0; i < count; i++) {
		bool again = false;

		for (size_t k = 0; k < i && !again; k++)
			again = span_equal(labels[k].key, labels[i].key);
		if (again)
			continue;
		json_write_key_n(w, labels[i].key.at, labels[i].key.len);
		json_write_string_n(w, labels[i].value.at, labels[i].value.len);
	}
	json_write_object_end(w);
}

static void
write_disk(struct json_write *w, const struct pd_store *s)
{
	write_count(w, "disk_total_bytes", s->capacity_bytes);
	write_count(w, "disk_available_bytes", s->available_bytes);
	if (s->capacity_bytes != PD_UNKNOWN && s->available_bytes != PD_UNKNOWN)
		write_count(w, "disk_used_bytes",
			s->capacity_bytes > s->available_bytes
				? s->capacity_bytes - s->available_bytes
				: 0);
	write_count(w, "data_bytes", s->used_bytes);
}

static void
write_node_state(struct json_write *w, int64_t state)
{
	static const char *const names[] = {"Preparing", "Serving", "Removing", "Removed"};

	if (state >= 0 && state < 4)
		json_write_put_string(w, "node_state", names[state]);
}

void
pd_record_store(struct json_write *w, const struct pd_stores *all, const struct pd_store *s,
	int64_t date_ms)
{
	write_id(w, s->id);
	write_text(w, "address", s->address);
	write_text(w, "status_address", s->status_address);
	if (!s->engine_unknown)
		json_write_put_string(w, "engine", s->tiflash ? "tiflash" : "tikv");
	write_text(w, "state", s->state);
	write_node_state(w, s->node_state);
	if (!s->destroyed_unknown)
		json_write_put_bool(w, "physically_destroyed", s->destroyed);
	write_text(w, "version", s->version);
	if (s->label_count)
		write_labels(w, all->labels + s->label_first, s->label_count);
	write_disk(w, s);
	write_count(w, "leader_count", s->leader_count);
	write_count(w, "region_count", s->region_count);
	write_double(w, "leader_weight", s->leader_weight);
	write_double(w, "region_weight", s->region_weight);
	write_double(w, "leader_score", s->leader_score);
	write_double(w, "region_score", s->region_score);
	write_count(w, "slow_score", s->slow_score);
	write_seconds(w, "last_heartbeat_age_s", pd_store_silence_ms(s, date_ms));
	write_seconds(w, "uptime_s", s->uptime_ms);
	if (s->capacity_bytes != PD_UNKNOWN || (s->no_capacity && !s->gone))
		json_write_put_bool(w, "stale", pd_store_stale(s, date_ms));
}

void
pd_record_compare(struct json_write *w, const struct pd_store *s, double metric_bytes)
{
	double bytes = (double)s->capacity_bytes;

	if (isnan(metric_bytes))
		return;
	json_write_put_double(w, "disk_total_metric_bytes", metric_bytes);
	if (s->capacity_bytes != PD_UNKNOWN)
		json_write_put_bool(
			w, "disk_total_differs", fabs(bytes - metric_bytes) > 0.000501 * bytes);
}

void
pd_record_member(struct json_write *w, const struct pd_members *all, const struct pd_member *m)
{
	write_id(w, m->id);
	write_text(w, "name", m->name);
	write_bool(w, "health", m->health);
	write_bool(w, "leader", m->leader);
	if (!m->rebuilt)
		json_write_put_bool(w, "etcd_leader", m->etcd_leader);
	write_version(w, m->version);
	if (m->rebuilt && !m->name.at)
		return;
	json_write_key(w, "client_urls");
	json_write_array(w);
	for (size_t i = 0; i < m->url_count; i++)
		json_write_string_n(
			w, all->urls[m->url_first + i].at, all->urls[m->url_first + i].len);
	json_write_array_end(w);
}

static void
write_location_labels(struct json_write *w, const struct buf *list)
{
	struct span rest = {list->data, list->len};

	json_write_key(w, "location_labels");
	json_write_array(w);
	while (rest.at) {
		struct span label = span_cut(&rest, ',');

		if (label.len)
			json_write_string_n(w, label.at, label.len);
	}
	json_write_array_end(w);
}

/* Without rules in force, max_replicas alone decides. */
static void
write_rules(struct json_write *w, const struct pd_rules *rules)
{
	if (rules->voters == PD_UNKNOWN)
		return;
	json_write_put_u64(w, "voters", rules->voters);
	json_write_key(w, "voter_location_labels");
	json_write_array(w);
	for (size_t i = 0; i < rules->label_count; i++)
		json_write_string_n(w, rules->labels[rules->label_first + i].at,
			rules->labels[rules->label_first + i].len);
	json_write_array_end(w);
}

void
pd_record_cluster(struct json_write *w, const struct pd_cluster *c, const struct pd_rules *rules,
	enum lenient_bool rules_in_force)
{
	write_count(w, "region_count", c->region_count);
	write_count(w, "empty_region_count", c->empty_region_count);
	write_count(w, "max_replicas",
		c->max_replicas != PD_UNKNOWN ? c->max_replicas : c->max_peer_count);
	if (c->location_labels_known)
		write_location_labels(w, &c->location_labels);
	write_bool(w, "placement_rules", rules_in_force);
	if (rules_in_force == LENIENT_TRUE)
		write_rules(w, rules);
	write_seconds(w, "max_store_down_time_s", c->max_store_down_time_ms);
	write_double(w, "low_space_ratio", c->low_space_ratio);
	write_bool(w, "initialized", c->initialized);
	write_version(w, c->version);
}
