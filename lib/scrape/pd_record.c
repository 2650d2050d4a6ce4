/* SPDX-License-Identifier: ISC */
#include "scrape/pd_record.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json_write.h"
#include "base/text.h"
#include "scrape/pd_members.h"
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

static void
write_text(struct json_write *w, const char *key, struct span text)
{
	if (!text.at)
		return;
	json_write_key(w, key);
	json_write_string_n(w, text.at, text.len);
}

static void
write_count(struct json_write *w, const char *key, uint64_t count)
{
	if (count == PD_UNKNOWN)
		return;
	json_write_put_u64(w, key, count);
}

static void
write_seconds(struct json_write *w, const char *key, int64_t ms)
{
	json_write_put_double(w, key, (double)ms / 1000);
}

static void
write_flag(struct json_write *w, const char *key, bool flag)
{
	json_write_put_bool(w, key, flag);
}

/* {"zone":"z1"}; PD compares keys without regard to case, but two that differ are two here. */
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

void
pd_record_store(struct json_write *w, const struct pd_stores *all, const struct pd_store *s,
	int64_t date_ms)
{
	write_id(w, s->id);
	write_text(w, "address", s->address);
	write_text(w, "status_address", s->status_address);
	json_write_put_string(w, "engine", s->tiflash ? "tiflash" : "tikv");
	write_text(w, "state", s->state);
	write_text(w, "version", s->version);
	if (s->label_count)
		write_labels(w, all->labels + s->label_first, s->label_count);
	write_disk(w, s);
	write_count(w, "leader_count", s->leader_count);
	write_count(w, "region_count", s->region_count);
	write_count(w, "slow_score", s->slow_score);
	if (s->last_heartbeat_ns && date_ms >= 0) {
		int64_t age_ms = date_ms - s->last_heartbeat_ns / 1000000;

		/* Date has whole seconds, cut */
		write_seconds(w, "last_heartbeat_age_s", age_ms > 0 ? age_ms : 0);
	}
	if (s->uptime_ms >= 0)
		write_seconds(w, "uptime_s", s->uptime_ms);
	if (s->capacity_bytes != PD_UNKNOWN || s->stale)
		write_flag(w, "stale", s->stale);
}

void
pd_record_compare(struct json_write *w, const struct pd_store *s, double metric_bytes)
{
	double bytes = (double)s->capacity_bytes;

	if (isnan(metric_bytes))
		return;
	json_write_put_double(w, "disk_total_metric_bytes", metric_bytes);
	if (s->capacity_bytes != PD_UNKNOWN)
		write_flag(w, "disk_total_differs", fabs(bytes - metric_bytes) > 0.000501 * bytes);
}

void
pd_record_member(struct json_write *w, const struct pd_members *all, const struct pd_member *m)
{
	struct span version = m->version;

	if (version.len && *version.at == 'v')
		version = (struct span){version.at + 1, version.len - 1};
	write_id(w, m->id);
	write_text(w, "name", m->name);
	if (m->health != HEALTH_UNKNOWN)
		write_flag(w, "health", m->health == HEALTH_GOOD);
	write_flag(w, "leader", m->leader);
	write_flag(w, "etcd_leader", m->etcd_leader);
	write_text(w, "version", version);
	json_write_key(w, "client_urls");
	json_write_array(w);
	for (size_t i = 0; i < m->url_count; i++)
		json_write_string_n(
			w, all->urls[m->url_first + i].at, all->urls[m->url_first + i].len);
	json_write_array_end(w);
}
