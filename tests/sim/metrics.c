/* SPDX-License-Identifier: ISC */
#include "pd.h"

#include <string.h>

#include "base/buf.h"
#include "cluster.h"
#include "series.h"

static void
header(struct buf *out, const char *name, const char *type, const char *help)
{
	(void)buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* PD's classes, which exclude each other: pkg/statistics/store_collection.go. */
enum class { CLASS_UP, CLASS_DISCONNECTED, CLASS_UNHEALTH, CLASS_DOWN, CLASS_SLOW, CLASSES };

static enum class class_of(const struct cluster *c, const struct store *s) {
	int64_t age_ms = c->now_ms - s->beat_ms;
	/* PD's 10 minutes of 30: in proportion if down_ms is scaled */
	int64_t unhealth_ms = c->down_ms / 3 > c->disconnected_ms ? c->down_ms / 3 : c->down_ms;

	if (age_ms >= c->down_ms) return CLASS_DOWN;
	if (age_ms > unhealth_ms) return CLASS_UNHEALTH;
	if (age_ms > c->disconnected_ms) return CLASS_DISCONNECTED;
	return s->reported.slow_score >= 80 ? CLASS_SLOW : CLASS_UP;
}

const char *
pd_store_class(const struct cluster *c, const struct store *s)
{
	static const char *const types[CLASSES] = {"store_up_count", "store_disconnected_count",
		"store_unhealth_count", "store_down_count", "store_slow_count"};

	if (s->meta == META_TOMBSTONE)
		return "store_tombstone_count";
	return s->meta == META_OFFLINE ? "store_offline_count" : types[class_of(c, s)];
}

struct summary {
	unsigned classes[CLASSES];
	unsigned offline, tombstone, low_space, preparing, serving;
	unsigned regions, leaders;
	double capacity, used;
};

static struct summary
summarize(const struct cluster *c)
{
	struct summary sum = {0};

	for (size_t i = 0; i < c->store_count; i++) {
		const struct store *s = &c->stores[i];

		if (s->removed)
			continue;
		sum.tombstone += s->meta == META_TOMBSTONE;
		sum.offline += s->meta == META_OFFLINE;
		if (s->meta != META_UP)
			continue;
		sum.serving++;
		sum.classes[class_of(c, s)]++;
		sum.regions += s->regions;
		sum.leaders += s->leaders;
		if (s->stale)
			continue;
		sum.capacity += s->reported.capacity;
		sum.used += s->reported.capacity - s->reported.available;
		sum.low_space += s->reported.available < s->reported.capacity * 0.2;
	}
	return sum;
}

static bool
by_store(const char *type)
{
	static const char *const types[] = {"store_up_count", "store_slow_count",
		"store_disconnected_count", "store_unhealth_count", "store_down_count",
		"store_offline_count", "store_tombstone_count"};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcmp(types[i], type) == 0)
			return true;
	return false;
}

static void
print_cluster_status(const struct cluster *c, struct buf *out)
{
	struct summary sum = summarize(c);
	const struct {
		const char *type;
		double value;
	} rows[] = {{"leader_count", sum.leaders}, {"region_count", sum.regions},
		{"storage_capacity", sum.capacity}, {"storage_size", sum.used},
		{"store_disconnected_count", sum.classes[CLASS_DISCONNECTED]},
		{"store_down_count", sum.classes[CLASS_DOWN]},
		{"store_low_space_count", sum.low_space}, {"store_offline_count", sum.offline},
		{"store_preparing_count", 0}, {"store_removed_count", sum.tombstone},
		{"store_removing_count", sum.offline}, {"store_serving_count", sum.serving},
		{"store_slow_count", sum.classes[CLASS_SLOW]},
		{"store_tombstone_count", sum.tombstone},
		{"store_unhealth_count", sum.classes[CLASS_UNHEALTH]},
		{"store_up_count", sum.classes[CLASS_UP]}};

	header(out, "pd_cluster_status", "gauge", "Status of the cluster.");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (pd_states_by_store(c) && by_store(rows[i].type))
			continue;
		(void)buf_printf(out, "pd_cluster_status{type=\"%s\"} ", rows[i].type);
		series_number(out, rows[i].value, true);
		(void)buf_add_char(out, '\n');
	}
	if (pd_states_by_store(c))
		pd_print_store_states(c, out);
}

static void
print_regions_status(const struct cluster *c, struct buf *out)
{
	static const char *const types[REGION_CHECKS] = {"down-peer-region-count",
		"empty-region-count", "extra-peer-region-count", "learner-peer-region-count",
		"miss-peer-region-count", "offline-peer-region-count", "oversized-region-count",
		"pending-peer-region-count", "undersized-region-count"};

	header(out, "pd_regions_status", "gauge", "Status of the regions.");
	for (int i = 0; i < REGION_CHECKS; i++)
		(void)buf_printf(out, "pd_regions_status{type=\"%s\"} %u\n", types[i],
			cluster_regions(c, (enum region_check)i));
}

static void
print_store_status(const struct cluster *c, struct buf *out)
{
	header(out, "pd_scheduler_store_status", "gauge", "Store status for schedule");
	for (size_t i = 0; i < c->store_count; i++) {
		const struct store *s = &c->stores[i];
		const struct {
			const char *type;
			double value;
		} rows[] = {{"leader_count", s->leaders}, {"region_count", s->regions},
			{"store_available", s->stale ? 0 : s->reported.available},
			{"store_capacity", s->stale ? 0 : s->reported.capacity},
			{"store_used", s->stale ? 0 : s->reported.used}};

		for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
			if (s->removed || s->meta == META_TOMBSTONE)
				continue;
			(void)buf_printf(out,
				"pd_scheduler_store_status{address=\"%s:%d\",store=\"%llu\","
				"type=\"%s\"} ",
				s->address, s->tiflash ? 3930 : 20160, (unsigned long long)s->id,
				rows[k].type);
			series_number(out, rows[k].value, true);
			(void)buf_add_char(out, '\n');
		}
	}
}

void
pd_print_metrics(struct cluster *c, int member, struct buf *out)
{
	struct member *m = &c->members[member];
	bool leads = member == c->leader;

	member_catch_up(c, m);
	(void)series_rate(
		m->series, "pd_tso_events{dc=\"global\",type=\"save\"}", leads ? 0.33 : 0);
	series_refresh(m->series, "process_start_time_seconds", (double)(m->start_ms / 1000));
	series_refresh(m->series, "etcd_server_has_leader", c->leader >= 0);
	header(out, "etcd_server_is_leader", "gauge", "Whether or not this member is a leader.");
	(void)buf_printf(out, "etcd_server_is_leader %d\n", leads);
	if (leads && c->bootstrapped) {
		print_cluster_status(c, out);
		print_regions_status(c, out);
		print_store_status(c, out);
	}
	pd_print_history(c, member, out);
	series_print(m->series, out, true);
	if (strverscmp(c->pd_version, "v7.5.0") < 0)
		return;
	header(out, "service_member_role", "gauge", "The leader/primary of the service.");
	(void)buf_printf(out, "service_member_role{service=\"PD\"} %d\n", leads);
}

static void
print_unreachable(const struct cluster *c, size_t store, struct buf *out)
{
	bool first = true;

	for (size_t i = 0; i < c->store_count; i++) {
		const struct store *s = &c->stores[i];

		if (i == store || s->unreachable_s < 1 || s->meta == META_TOMBSTONE)
			continue;
		if (first)
			header(out, "tikv_server_report_failure_msg_total", "counter",
				"Total number of reporting failure messages.");
		first = false;
		(void)buf_printf(out,
			"tikv_server_report_failure_msg_total{store_id=\"%llu\",type="
			"\"unreachable\"} "
			"%llu\n",
			(unsigned long long)s->id, (unsigned long long)(s->unreachable_s * 2));
	}
}

void
store_print_metrics(struct cluster *c, size_t store, struct buf *out)
{
	struct store *s = &c->stores[store];
	const struct {
		const char *what;
		double value;
	} gauges[] = {{"process_start_time_seconds", (double)(s->start_ms / 1000)},
		{"tikv_server_info", (double)(s->start_ms / 1000)},
		{"tikv_raftstore_region_count{type=\"leader\"}", s->leaders},
		{"tikv_raftstore_region_count{type=\"region\"}", s->regions},
		{"tikv_raftstore_slow_score{type=\"raft\"}", s->now.slow_score},
		{"tikv_store_size_bytes{type=\"available\"}", s->now.available},
		{"tikv_store_size_bytes{type=\"capacity\"}", s->now.capacity},
		{"tikv_store_size_bytes{type=\"kv_size\"}", s->now.used * 0.9},
		{"tikv_store_size_bytes{type=\"raft_size\"}", s->now.used * 0.1},
		{"tikv_store_size_bytes{type=\"used\"}", s->now.used}};

	store_catch_up(c, s);
	for (size_t i = 0; i < sizeof gauges / sizeof *gauges; i++)
		series_refresh(s->series, gauges[i].what, gauges[i].value);
	series_print(s->series, out, false);
	print_unreachable(c, store, out);
}
