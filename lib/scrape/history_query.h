/* SPDX-License-Identifier: ISC */
#ifndef OP_HISTORY_QUERY_H
#define OP_HISTORY_QUERY_H

#include <stddef.h>

#include "base/span.h"

/*
 * The lines of history.tsv that op-scrape knows. Each is a query over PD's
 * metrics, and replaces a fact that PD's HTTP API gives live.
 */
enum history_query {
	HISTORY_SAMPLE_AGE,
	HISTORY_PD_LEADER,
	HISTORY_PD_LED,
	HISTORY_CLUSTER_METADATA,
	HISTORY_STORE_CAPACITY,
	HISTORY_STORE_AVAILABLE,
	HISTORY_STORE_USED,
	HISTORY_STORE_LEADERS,
	HISTORY_STORE_REGIONS,
	HISTORY_STORE_HEARD,
	HISTORY_STORE_HEARD_30M,
	HISTORY_CLUSTER_STATUS,
	HISTORY_STORE_STATUS,
	HISTORY_STORE_ENGINE,
	HISTORY_STORE_REMOVING,
	HISTORY_STORE_LABEL,
	HISTORY_CONFIG_STATUS,
	HISTORY_REGION_STATUS,
	HISTORY_STORE_VERSION,
	HISTORY_STORE_SLOW_SCORE,
	HISTORY_STORE_START,
	HISTORY_MEMBER_ID,
	HISTORY_MEMBER_VERSION,
	HISTORY_MEMBER_HEALTH,
	HISTORY_QUERIES
};

/* The query's name in history.tsv. */
const char *history_query_column(enum history_query q);

/*
 * The labels that distinguish its series, at most PROM_MATRIX_LABELS and
 * a NULL. "$instance" stands for the label that names an instance.
 */
const char *const *history_query_labels(enum history_query q);

/* The query of this name, or HISTORY_QUERIES. */
enum history_query history_query_find(struct span column);

#endif
