/* SPDX-License-Identifier: ISC */
#ifndef OP_PD_CLUSTER_H
#define OP_PD_CLUSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "scrape/lenient_json.h"

struct fault;

/* What PD knows of the cluster as a whole. Each answer has a few fields; all are optional. */
struct pd_cluster {
	uint64_t id;	       /* 0: named by no answer, except perhaps /members */
	uint64_t region_count; /* these PD_UNKNOWN if not known */
	uint64_t empty_region_count;
	uint64_t max_replicas;
	uint64_t max_peer_count; /* the initial max_replicas, if the present one is unknown */
	int64_t max_store_down_time_ms; /* -1 */
	double low_space_ratio;		/* NAN */
	enum lenient_bool initialized;
	enum lenient_bool placement_rules; /* enable-placement-rules */
	struct buf location_labels;	   /* comma list */
	bool location_labels_known;
	struct span version; /* as written, "v8.5.3"; at is NULL if not known */
};

void pd_cluster_init(struct pd_cluster *c);
void pd_cluster_free(struct pd_cluster *c);

/* The answers below /pd/api/v1. */
enum pd_cluster_answer {
	PD_CLUSTER_REGIONS,   /* /stats/region?count */
	PD_CLUSTER_REPLICATE, /* /config/replicate */
	PD_CLUSTER_SCHEDULE,  /* /config/schedule */
	PD_CLUSTER_META,      /* /cluster */
	PD_CLUSTER_STATUS,    /* /cluster/status */
	PD_CLUSTER_VERSION,   /* /version */
};

/* Reads one. -1 with a sentence if the body is not such an answer. */
int pd_cluster_read(struct pd_cluster *c, enum pd_cluster_answer answer, struct lenient_json *body,
	struct fault *f);

#endif
