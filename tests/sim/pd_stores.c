/* SPDX-License-Identifier: ISC */
#include "pd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/number.h"
#include "base/timestamp.h"
#include "cluster.h"
#include "http.h"

/* Go's units.BytesSize: four significant digits, base 1024. */
static void
print_bytes(struct buf *out, const char *key, double bytes)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	int unit = 0;

	while (bytes >= 1024 && unit < 6) {
		bytes /= 1024;
		unit++;
	}
	(void)buf_printf(out, "        \"%s\": \"%.4g%s\",\n", key, bytes, units[unit]);
}

static void
print_double(struct buf *out, const char *key, double value)
{
	char text[32];

	(void)number_format(text, value);
	(void)buf_printf(out, "        \"%s\": %s,\n", key, text);
}

/* The time of the heartbeat; what is below its milliseconds is made up, because PD prints it. */
static int64_t
beat_ns(const struct store *s)
{
	return s->beat_ms * 1000000 + (int64_t)((uint64_t)s->beat_ms * 7919 + s->id) % 1000000;
}

/* RFC 3339 with the nanoseconds that are not zero, as Go's RFC3339Nano. */
static void
print_time(struct buf *out, const char *key, int64_t ns)
{
	char text[TIMESTAMP_SIZE], fraction[16] = "";
	int len;

	timestamp_format(text, ns / 1000000);
	text[19] = '\0';
	if (ns % 1000000000) {
		len = snprintf(fraction, sizeof fraction, ".%09lld", (long long)(ns % 1000000000));
		while (fraction[len - 1] == '0')
			fraction[--len] = '\0';
	}
	(void)buf_printf(out, "        \"%s\": \"%s%sZ\"", key, text, fraction);
}

/* A Go duration: 827h39m41.79222082s, 1m0s, 469.216385ms. */
static void
print_uptime(struct buf *out, int64_t ns)
{
	int64_t seconds = ns / 1000000000, hours = seconds / 3600, minutes = seconds / 60 % 60;
	char text[40];
	int len;

	(void)buf_add_text(out, ",\n        \"uptime\": \"");
	if (seconds == 0)
		len = snprintf(text, sizeof text, "%.6f", (double)ns / 1e6);
	else
		len = snprintf(text, sizeof text, "%lld.%09lld", (long long)(seconds % 60),
			(long long)(ns % 1000000000));
	while (text[len - 1] == '0')
		text[--len] = '\0';
	if (text[len - 1] == '.')
		text[--len] = '\0';
	if (hours)
		(void)buf_printf(out, "%lldh", (long long)hours);
	if (hours || minutes)
		(void)buf_printf(out, "%lldm", (long long)minutes);
	(void)buf_printf(out, "%s%s\"", text, seconds == 0 ? "ms" : "s");
}

static void
print_label(struct buf *out, const char *key, const char *value, bool last)
{
	(void)buf_printf(out,
		"          {\n            \"key\": \"%s\",\n            \"value\": \"%s\"\n"
		"          }%s\n",
		key, value, last ? "" : ",");
}

static void
print_labels(struct buf *out, const struct store *s)
{
	char zone[32], host[32];

	(void)snprintf(zone, sizeof zone, "z%llu", (unsigned long long)(s->id - 1) % 3 + 1);
	(void)snprintf(host, sizeof host, "h%llu", (unsigned long long)s->id);
	(void)buf_add_text(out, "        \"labels\": [\n");
	if (s->tiflash)
		print_label(out, "engine", "tiflash", false);
	print_label(out, "zone", zone, false);
	print_label(out, "host", host, true);
	(void)buf_add_text(out, "        ],\n");
}

/* The `store` half: protobuf's JSON leaves out what is zero. */
static void
print_meta(const struct cluster *c, struct buf *out, const struct store *s)
{
	static const int node_states[] = {[META_UP] = 1, [META_OFFLINE] = 2, [META_TOMBSTONE] = 3};
	int port = s->tiflash ? 3930 : 20160;

	(void)buf_printf(out, "        \"id\": %llu,\n        \"address\": \"%s:%d\",\n",
		(unsigned long long)s->id, s->address, port);
	if (s->meta != META_UP)
		(void)buf_printf(out, "        \"state\": %d,\n", (int)s->meta);
	if (s->destroyed)
		(void)buf_add_text(out, "        \"physically_destroyed\": true,\n");
	print_labels(out, s);
	(void)buf_printf(out,
		"        \"version\": \"8.5.3\",\n        \"peer_address\": \"%s:%d\",\n"
		"        \"status_address\": \"%s:%d\",\n"
		"        \"git_hash\": \"1f2c3b4a5d6e7f8091a2b3c4d5e6f708192a3b4c\",\n"
		"        \"start_timestamp\": %lld,\n"
		"        \"deploy_path\": \"/tidb-deploy/tikv-20160/bin\",\n"
		"        \"last_heartbeat\": %lld,\n        \"node_state\": %d,\n"
		"        \"state_name\": \"%s\"\n",
		s->address, port, s->address, s->tiflash ? 20292 : c->status_port,
		(long long)(s->start_ms / 1000), (long long)beat_ns(s), node_states[s->meta],
		store_state(c, s));
}

static void
print_load(struct buf *out, const struct store *s)
{
	unsigned mib = s->stale ? 0 : s->regions * 75, leaders = s->tiflash ? 0 : s->leaders;

	(void)buf_printf(
		out, "        \"leader_count\": %u,\n        \"leader_weight\": 1,\n", leaders);
	(void)buf_printf(out,
		"        \"leader_score\": %u,\n        \"leader_size\": %u,\n"
		"        \"region_count\": %u,\n        \"region_weight\": 1,\n",
		leaders, s->stale ? 0 : leaders * 75, s->regions);
	print_double(out, "region_score",
		s->stale ? 0 : mib * (1.6 + s->reported.used / (s->reported.capacity + 1) / 3));
	(void)buf_printf(out, "        \"region_size\": %u,\n", mib);
}

/* The `status` half: what the last heartbeat carried, zeros if this leader has had none. */
static void
print_status(struct buf *out, const struct store *s)
{
	bool known = !s->stale && s->meta != META_TOMBSTONE;
	int64_t up_ns = beat_ns(s) - s->start_ms / 1000 * 1000000000;

	print_bytes(out, "capacity", known ? s->reported.capacity : 0);
	print_bytes(out, "available", known ? s->reported.available : 0);
	print_bytes(out, "used_size", known ? s->reported.used : 0);
	print_load(out, s);
	if (known && s->reported.slow_score)
		(void)buf_printf(out, "        \"slow_score\": %u,\n", s->reported.slow_score);
	if (known && !s->tiflash)
		(void)buf_printf(out,
			"        \"slow_trend\": {\n          \"cause_value\": 200,\n"
			"          \"cause_rate\": 0,\n          \"result_value\": %llu,\n"
			"          \"result_rate\": 0\n        },\n",
			900 + 50 * (unsigned long long)s->id);
	print_time(out, "start_ts", s->start_ms / 1000 * 1000000000);
	(void)buf_add_text(out, ",\n");
	print_time(out, "last_heartbeat_ts", beat_ns(s));
	if (up_ns > 0)
		print_uptime(out, up_ns);
	(void)buf_add_char(out, '\n');
}

/* One store in the form it has within /stores; /store/{id} indents it less. */
static void
print_store(const struct cluster *c, struct buf *out, const struct store *s)
{
	(void)buf_add_text(out, "    {\n      \"store\": {\n");
	print_meta(c, out, s);
	(void)buf_add_text(out, "      },\n      \"status\": {\n");
	print_status(out, s);
	(void)buf_add_text(out, "      }\n    }");
}

/* The stores in any of these states. Like Go's maps, their order differs from call to call. */
static size_t
pick_stores(struct cluster *c, const bool states[5], const struct store **picked)
{
	static const char *const names[] = {"Up", "Offline", "Tombstone", "Disconnected", "Down"};
	size_t count = 0;

	for (size_t i = 0; i < c->store_count; i++) {
		const struct store *s = &c->stores[i];

		for (int n = 0; n < 5 && !s->removed; n++) {
			if (states[n] && strcmp(store_state(c, s), names[n]) == 0)
				picked[count++] = s;
		}
	}
	for (size_t i = count; i > 1; i--) {
		const struct store *last = picked[i - 1];
		size_t other;

		c->random = c->random * 6364136223846793005U + 1442695040888963407U;
		other = (size_t)(c->random >> 33) % i;
		picked[i - 1] = picked[other];
		picked[other] = last;
	}
	return count;
}

static void
print_list(struct cluster *c, struct buf *out, const bool states[5])
{
	const struct store **picked = mem_zero(c->store_count + 1, sizeof *picked);
	size_t count = pick_stores(c, states, picked);

	(void)buf_printf(out, "{\n  \"count\": %zu,\n  \"stores\": [%s", count, count ? "\n" : "");
	for (size_t i = 0; i < count; i++) {
		print_store(c, out, picked[i]);
		(void)buf_add_text(out, i + 1 < count ? ",\n" : "\n  ");
	}
	(void)buf_add_text(out, "]\n}\n");
	free((void *)picked);
}

void
pd_print_stores(struct cluster *c, struct buf *out, const struct request *r, struct answer *a)
{
	bool states[5] = {false};
	char text[64];
	int given = 0;

	for (; http_parameter(r, "state", given, text, sizeof text); given++) {
		char *end;
		long state = strtol(text, &end, 10);

		if (*text && !*end && state >= 0 && state <= 2) {
			states[state] = true;
			continue;
		}
		a->status = 500;
		if (!*text || *end)
			(void)buf_printf(out,
				"\"strconv.Atoi: parsing \\\"%s\\\": invalid syntax\"\n", text);
		else
			(void)buf_printf(out, "\"unknown StoreState: %ld\"\n", state);
		return;
	}
	if (given == 0)
		states[META_UP] = states[META_OFFLINE] = true;
	if (states[META_UP])
		states[3] = states[4] = true;
	print_list(c, out, states);
}

void
pd_print_stores_check(struct cluster *c, struct buf *out, const struct request *r, struct answer *a)
{
	static const char *const names[] = {"Up", "Offline", "Tombstone", "Disconnected", "Down"};
	bool states[5] = {false};
	char text[64];
	int given = 0, n;

	for (; http_parameter(r, "state", given, text, sizeof text); given++) {
		for (n = 0; n < 5 && strcasecmp(text, names[n]) != 0; n++)
			;
		if (n == 5) {
			a->status = 400;
			(void)buf_printf(out, "\"unknown store state: %s\"\n", text);
			return;
		}
		states[n] = true;
	}
	for (n = 0; given == 0 && n < 5; n++)
		states[n] = true;
	print_list(c, out, states);
}

void
pd_print_store(struct cluster *c, struct buf *out, const char *id, struct answer *a)
{
	struct buf wide;
	struct store *s;
	char *end;
	unsigned long long number = strtoull(id, &end, 10);

	if (!*id || *end) {
		a->status = 400;
		(void)buf_printf(out,
			"{\n  \"code\": \"input\",\n  \"msg\": \"strconv.ParseUint: parsing "
			"\\\"%s\\\": invalid syntax\",\n  \"data\": {}\n}\n",
			id);
		return;
	}
	s = cluster_store(c, number);
	if (!s) {
		a->status = 404;
		(void)buf_printf(
			out, "\"[PD:core:ErrStoreNotFound]store %llu not found\"\n", number);
		return;
	}
	buf_init(&wide, ANSWER_MAX);
	print_store(c, &wide, s);
	for (const char *line = wide.data; *line;) {
		size_t len = strcspn(line, "\n");

		(void)buf_printf(out, "%.*s\n", (int)len - 4, line + 4);
		line += len + (line[len] == '\n');
	}
	buf_free(&wide);
}
