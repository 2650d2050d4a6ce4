/* SPDX-License-Identifier: ISC */
#include "pd.h"

#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "cluster.h"
#include "http.h"

static void
print_member(const struct cluster *c, struct buf *out, int member, const char *indent, bool whole)
{
	const struct member *m = &c->members[member];

	(void)buf_printf(out,
		"{\n%s  \"name\": \"%s\",\n%s  \"member_id\": %llu,\n"
		"%s  \"peer_urls\": [\n%s    \"http://127.0.0.1:%d\"\n%s  ],\n"
		"%s  \"client_urls\": [\n%s    \"http://127.0.0.1:%d\"\n%s  ]",
		indent, m->name, indent, (unsigned long long)m->id, indent, indent, m->port + 1,
		indent, indent, indent, m->port, indent);
	if (whole)
		(void)buf_printf(out,
			",\n%s  \"deploy_path\": \"/tidb-deploy/pd-2379\",\n"
			"%s  \"binary_version\": \"%s\",\n"
			"%s  \"git_hash\": \"65e429d26e81db93c590890ddacf18c4b970f299\"",
			indent, indent, c->pd_version, indent);
	(void)buf_printf(out, "\n%s}", indent);
}

/* The member at a place in etcd's order, which is by id. */
static int
member_at(const struct cluster *c, int place)
{
	for (int i = 0; i < c->member_count; i++) {
		int smaller = 0;

		for (int k = 0; k < c->member_count; k++)
			smaller += c->members[k].id < c->members[i].id;
		if (smaller == place)
			return i;
	}
	return 0;
}

void
pd_print_members(struct cluster *c, struct buf *out)
{
	static const char *const keys[] = {"leader", "etcd_leader"};

	(void)buf_printf(out,
		"{\n  \"header\": {\n    \"cluster_id\": %llu\n  },\n  \"members\": [\n",
		(unsigned long long)c->id);
	for (int i = 0; i < c->member_count; i++) {
		(void)buf_add_text(out, "    ");
		print_member(c, out, member_at(c, i), "    ", true);
		(void)buf_add_text(out, i + 1 < c->member_count ? ",\n" : "\n");
	}
	(void)buf_add_text(out, "  ]");
	for (int i = 0; i < 2 && c->leader >= 0 && !c->unnamed; i++) {
		(void)buf_printf(out, ",\n  \"%s\": ", keys[i]);
		print_member(c, out, c->leader, "  ", true);
	}
	(void)buf_add_text(out, "\n}\n");
}

void
pd_print_leader(struct cluster *c, struct buf *out)
{
	print_member(c, out, c->leader < 0 ? 0 : c->leader, "", false);
	(void)buf_add_char(out, '\n');
}

void
pd_print_health(struct cluster *c, struct buf *out, struct answer *a)
{
	(void)buf_add_text(out, "[\n");
	for (int i = 0; i < c->member_count; i++) {
		const struct member *m = &c->members[member_at(c, i)];
		bool healthy = m->process == PROCESS_RUNNING && m->health;

		if (m->process == PROCESS_FROZEN)
			a->wait_ms += c->election_ms * 3 / 10;
		(void)buf_printf(out,
			"  {\n    \"name\": \"%s\",\n    \"member_id\": %llu,\n"
			"    \"client_urls\": [\n      \"http://127.0.0.1:%d\"\n    ],\n"
			"    \"health\": %s\n  }%s\n",
			m->name, (unsigned long long)m->id, m->port, healthy ? "true" : "false",
			i + 1 < c->member_count ? "," : "");
	}
	(void)buf_add_text(out, "]\n");
}

static void
print_map(struct cluster *c, struct buf *out, const char *key, bool leaders, unsigned factor,
	bool last)
{
	bool first = true;

	(void)buf_printf(out, "  \"%s\": {", key);
	for (size_t i = 0; i < c->store_count; i++) {
		const struct store *s = &c->stores[i];
		unsigned count = leaders ? s->leaders : s->regions;

		if (s->removed || s->meta == META_TOMBSTONE || count == 0)
			continue;
		(void)buf_printf(out, "%s\n    \"%llu\": %u", first ? "" : ",",
			(unsigned long long)s->id, count * factor);
		first = false;
	}
	(void)buf_printf(out, "%s}%s\n", first ? "" : "\n  ", last ? "" : ",");
}

void
pd_print_region_stats(struct cluster *c, struct buf *out, const struct request *r)
{
	static const char *const keys[] = {"store_leader_count", "store_peer_count",
		"store_leader_size", "store_leader_keys", "store_peer_size", "store_peer_keys"};
	static const unsigned factors[] = {1, 1, 75, 629500, 75, 629500};
	bool cheap = http_parameter(r, "count", 0, (char[8]){0}, 8);
	unsigned count = 0;

	for (size_t i = 0; i < c->store_count; i++)
		count += c->stores[i].leaders;
	(void)buf_printf(out,
		"{\n  \"count\": %u,\n  \"empty_count\": %u,\n  \"storage_size\": %u,\n"
		"  \"user_storage_size\": 0,\n  \"storage_keys\": %u,\n",
		count, c->region_checks[REGION_EMPTY], cheap ? 0 : count * 75,
		cheap ? 0 : count * 629500);
	for (int i = 0; i < 6; i++) {
		if (cheap)
			(void)buf_printf(out, "  \"%s\": null%s\n", keys[i], i < 5 ? "," : "");
		else
			print_map(c, out, keys[i], i == 0 || i == 2 || i == 3, factors[i], i == 5);
	}
	(void)buf_add_text(out, "}\n");
}

void
pd_print_region_check(struct cluster *c, struct buf *out, const char *what, struct answer *a)
{
	unsigned count;
	int check = 0;

	if (strcmp(what, "hist-size") == 0 || strcmp(what, "hist-keys") == 0) {
		(void)buf_add_text(out, "[{\"start\":75,\"end\":75,\"count\":60}]");
		return;
	}
	while (check < REGION_CHECKS && strcmp(region_check_names[check], what) != 0)
		check++;
	if (check == REGION_CHECKS) {
		a->status = 404;
		a->type = "text/plain; charset=utf-8";
		(void)buf_add_text(out, "404 page not found\n");
		return;
	}
	count = cluster_regions(c, (enum region_check)check);
	(void)buf_printf(out, "{\"count\":%u,\"regions\":[", count);
	for (unsigned i = 0; i < count; i++)
		(void)buf_printf(out,
			"%s{\"id\":%u,\"start_key\":\"%08X\",\"end_key\":\"%08X\","
			"\"epoch\":{\"conf_ver\":5,\"version\":%u},\"peers\":[{\"role_name\":"
			"\"Voter\",\"id\":%u,\"store_id\":1}],\"leader\":{\"role_name\":\"Voter\","
			"\"id\":%u,\"store_id\":1},\"cpu_usage\":0,\"written_bytes\":0,"
			"\"read_bytes\":0,\"written_keys\":0,\"read_keys\":0,"
			"\"approximate_size\":75,\"approximate_keys\":629500}",
			i ? "," : "", 100 + i * 4, i, i + 1, i + 1, 101 + i * 4, 101 + i * 4);
	(void)buf_add_text(out, "]}");
}

static void
print_schedule(struct cluster *c, struct buf *out, const char *indent)
{
	(void)buf_printf(out,
		"{\n%s  \"max-snapshot-count\": 64,\n%s  \"max-pending-peer-count\": 64,\n"
		"%s  \"max-store-down-time\": \"%lldm%gs\",\n%s  \"leader-schedule-limit\": 4,\n"
		"%s  \"region-schedule-limit\": 2048,\n%s  \"replica-schedule-limit\": 64,\n"
		"%s  \"enable-one-way-merge\": \"false\",\n%s  \"low-space-ratio\": 0.8,\n"
		"%s  \"high-space-ratio\": 0.7\n%s}",
		indent, indent, indent, (long long)(c->down_ms / 60000),
		(double)(c->down_ms % 60000) / 1000, indent, indent, indent, indent, indent, indent,
		indent);
}

static void
print_replicate(struct buf *out, const char *indent)
{
	(void)buf_printf(out,
		"{\n%s  \"max-replicas\": 3,\n%s  \"location-labels\": \"zone,host\",\n"
		"%s  \"strictly-match-label\": \"false\",\n"
		"%s  \"enable-placement-rules\": \"true\",\n"
		"%s  \"enable-placement-rules-cache\": \"false\",\n"
		"%s  \"isolation-level\": \"\"\n%s}",
		indent, indent, indent, indent, indent, indent, indent);
}

/* The rule that PD makes of max-replicas, and TiFlash's for a table. */
static void
print_rules(const struct cluster *c, struct buf *out)
{
	(void)buf_printf(out,
		"[\n  {\n    \"group_id\": \"pd\",\n    \"id\": \"default\",\n"
		"    \"start_key\": \"\",\n    \"end_key\": \"\",\n    \"role\": \"voter\",\n"
		"    \"is_witness\": false,\n    \"count\": %u,\n"
		"    \"location_labels\": [\n      \"zone\",\n      \"host\"\n    ],\n"
		"    \"create_timestamp\": 1795305196\n  },\n"
		"  {\n    \"group_id\": \"tiflash\",\n    \"id\": \"table-80-r\",\n"
		"    \"index\": 120,\n    \"start_key\": \"7480\",\n    \"end_key\": \"7481\",\n"
		"    \"role\": \"learner\",\n    \"is_witness\": false,\n    \"count\": 1\n  }\n]",
		c->voters);
}

void
pd_print_config(struct cluster *c, struct buf *out, const char *part)
{
	if (strcmp(part, "/schedule") == 0) {
		print_schedule(c, out, "");
	} else if (strcmp(part, "/replicate") == 0) {
		print_replicate(out, "");
	} else if (strcmp(part, "/rules") == 0) {
		print_rules(c, out);
	} else {
		(void)buf_printf(out, "{\n  \"name\": \"%s\",\n  \"schedule\": ",
			c->members[c->leader < 0 ? 0 : c->leader].name);
		print_schedule(c, out, "  ");
		(void)buf_add_text(out, ",\n  \"replication\": ");
		print_replicate(out, "  ");
		(void)buf_printf(out,
			",\n  \"pd-server\": {\n    \"metric-storage\": \"\"\n  },\n"
			"  \"cluster-version\": \"%s\"\n}",
			"8.5.3");
	}
	(void)buf_add_char(out, '\n');
}
