/* SPDX-License-Identifier: ISC */
#include "pd.h"

#include <string.h>

#include "base/buf.h"
#include "cluster.h"

/*
 * The metrics of a PD member from which its API's answers can be reconstructed later
 * (pkg/statistics, pkg/schedule/metrics.go, server/metrics.go of PD 7.5 to 8.5).
 */

static void
header(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

bool
pd_states_by_store(const struct cluster *c)
{
	return strverscmp(c->pd_version, "v8.5.5") >= 0;
}

/* From 8.5.5 on, each store has a series for each state. */
void
pd_print_store_states(const struct cluster *c, struct buf *out)
{
	static const char *const types[] = {"store_up_count", "store_slow_count",
		"store_disconnected_count", "store_unhealth_count", "store_down_count",
		"store_offline_count", "store_tombstone_count"};

	for (size_t i = 0; i < c->store_count; i++) {
		const struct store *s = &c->stores[i];

		for (size_t k = 0; !s->removed && k < sizeof types / sizeof *types; k++)
			buf_printf(out,
				"pd_cluster_status{engine=\"%s\",store=\"%llu\",type=\"%s\"} %d\n",
				s->tiflash ? "tiflash" : "tikv", (unsigned long long)s->id,
				types[k], strcmp(pd_store_class(c, s), types[k]) == 0);
	}
}

/* Each member counts them as long as its process lives, even when it leads no more. */
static void
print_heartbeats(const struct cluster *c, int member, struct buf *out)
{
	static const char name[] = "pd_scheduler_handle_store_heartbeat_duration_seconds";

	header(out, name, "histogram", "Bucketed histogram of processing time (s) of heartbeats.");
	for (size_t i = 0; i < c->store_count; i++) {
		const struct store *s = &c->stores[i];

		if (!s->removed && s->beats[member])
			buf_printf(out, "%s_count{address=\"%s:%d\",store=\"%llu\"} %u\n", name,
				s->address, s->tiflash ? 3930 : 20160, (unsigned long long)s->id,
				s->beats[member]);
	}
}

static void
print_progress(const struct cluster *c, struct buf *out)
{
	header(out, "pd_cluster_progress", "gauge", "The progress of corresponding action.");
	for (size_t i = 0; i < c->store_count; i++) {
		const struct store *s = &c->stores[i];

		if (!s->removed && s->meta == META_OFFLINE)
			buf_printf(out,
				"pd_cluster_progress{action=\"removing\",address=\"%s:%d\","
				"store=\"%llu\"} 0.5\n",
				s->address, s->tiflash ? 3930 : 20160, (unsigned long long)s->id);
	}
}

static void
print_health(const struct cluster *c, struct buf *out)
{
	header(out, "pd_cluster_health_status", "gauge", "Status of the cluster.");
	for (int i = 0; i < c->member_count; i++) {
		const struct member *m = &c->members[i];

		buf_printf(out, "pd_cluster_health_status{name=\"%s\"} %d\n", m->name,
			m->process == PROCESS_RUNNING && m->health);
	}
}

static void
print_config(const struct cluster *c, struct buf *out)
{
	header(out, "pd_config_status", "gauge", "Status of the scheduling configurations.");
	buf_printf(out, "pd_config_status{type=\"low-space-ratio\"} 0.8\n");
	buf_printf(out, "pd_config_status{type=\"max-replicas\"} %u\n", c->voters);
}

void
pd_print_history(const struct cluster *c, int member, struct buf *out)
{
	const struct member *m = &c->members[member];

	header(out, "etcd_server_id", "gauge", "Server or member ID in hexadecimal format.");
	buf_printf(out, "etcd_server_id{server_id=\"%llx\"} 1\n", (unsigned long long)m->id);
	header(out, "pd_cluster_metadata", "gauge", "Record the cluster metadata.");
	buf_printf(out, "pd_cluster_metadata{type=\"cluster%llu\"} 0\n", (unsigned long long)c->id);
	header(out, "pd_server_info", "gauge", "Indicate the pd server info, and the value is...");
	buf_printf(out, "pd_server_info{hash=\"65e429d26e81db93\",version=\"%s\"} %lld\n",
		c->pd_version, (long long)(m->start_ms / 1000));
	print_heartbeats(c, member, out);
	if (member != c->leader || !c->bootstrapped)
		return;
	print_health(c, out);
	print_config(c, out);
	if (strverscmp(c->pd_version, "v6.1.0") >= 0)
		print_progress(c, out);
}
