/* SPDX-License-Identifier: ISC */
#include "scrape/history_query.h"

#include "scrape/prom_matrix.h"

static const struct {
	const char *column;
	const char *labels[PROM_MATRIX_LABELS + 1];
} queries[HISTORY_QUERIES] = {
	[HISTORY_SAMPLE_AGE] = {"sample_age_s", {NULL}},
	[HISTORY_PD_LEADER] = {"pd_leader", {"$instance"}},
	[HISTORY_PD_LED] = {"pd_led", {NULL}},
	[HISTORY_CLUSTER_METADATA] = {"cluster_metadata", {"type"}},
	[HISTORY_STORE_CAPACITY] = {"store_capacity", {"store", "address"}},
	[HISTORY_STORE_AVAILABLE] = {"store_available", {"store", "address"}},
	[HISTORY_STORE_USED] = {"store_used", {"store", "address"}},
	[HISTORY_STORE_LEADERS] = {"store_leaders", {"store", "address"}},
	[HISTORY_STORE_REGIONS] = {"store_regions", {"store", "address"}},
	[HISTORY_STORE_HEARD] = {"store_heard", {"store", "address"}},
	[HISTORY_STORE_HEARD_30M] = {"store_heard_30m", {"store", "address"}},
	[HISTORY_CLUSTER_STATUS] = {"cluster_status", {"type"}},
	[HISTORY_STORE_STATUS] = {"store_status", {"store", "type"}},
	[HISTORY_STORE_ENGINE] = {"store_engine", {"store", "engine"}},
	[HISTORY_STORE_REMOVING] = {"store_removing", {"store", "address"}},
	[HISTORY_STORE_LABEL] = {"store_label", {"store", "name"}},
	[HISTORY_CONFIG_STATUS] = {"config_status", {"type"}},
	[HISTORY_REGION_STATUS] = {"region_status", {"type"}},
	[HISTORY_STORE_VERSION] = {"store_version", {"$instance", "version"}},
	[HISTORY_STORE_SLOW_SCORE] = {"store_slow_score", {"$instance"}},
	[HISTORY_STORE_START] = {"store_start_s", {"$instance"}},
	[HISTORY_MEMBER_ID] = {"member_id", {"$instance", "server_id"}},
	[HISTORY_MEMBER_VERSION] = {"member_version", {"$instance", "version"}},
	[HISTORY_MEMBER_HEALTH] = {"member_health", {"name"}},
};

const char *
history_query_column(enum history_query q)
{
	return queries[q].column;
}

const char *const *
history_query_labels(enum history_query q)
{
	return queries[q].labels;
}

enum history_query
history_query_find(struct span column)
{
	for (int q = 0; q < HISTORY_QUERIES; q++)
		if (span_is(column, queries[q].column))
			return (enum history_query)q;
	return HISTORY_QUERIES;
}
