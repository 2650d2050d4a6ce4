/* SPDX-License-Identifier: ISC */
#ifndef OP_PD_CLUSTER_H
#define OP_PD_CLUSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct fault;
struct lenient_json;
struct json_write;

/* What PD says of the cluster as a whole; each answer gives a few fields, and none is needed. */
struct pd_cluster {
	uint64_t region_count; /* these PD_UNKNOWN where not known */
	uint64_t empty_region_count;
	uint64_t max_replicas;
	uint64_t max_peer_count; /* max_replicas as it was at the beginning: where the other is not
				    known */
	int64_t max_store_down_time_ms; /* -1 */
	double low_space_ratio;		/* NAN */
	bool initialized, initialized_known;
	struct buf location_labels; /* comma list */
	bool location_labels_known;
	struct buf version; /* without the v; empty: not known */
};

void pd_cluster_init(struct pd_cluster *c);
void pd_cluster_free(struct pd_cluster *c);

/* The answers: GET of these below /pd/api/v1. -1 with a sentence where the body is no such answer.
 */
int pd_cluster_read_regions(
	struct pd_cluster *c, struct lenient_json *body, struct fault *f); /* /stats/region?count */
int pd_cluster_read_replicate(
	struct pd_cluster *c, struct lenient_json *body, struct fault *f); /* /config/replicate */
int pd_cluster_read_schedule(
	struct pd_cluster *c, struct lenient_json *body, struct fault *f); /* /config/schedule */
int pd_cluster_read_meta(
	struct pd_cluster *c, struct lenient_json *body, struct fault *f); /* /cluster */
int pd_cluster_read_status(
	struct pd_cluster *c, struct lenient_json *body, struct fault *f); /* /cluster/status */
int pd_cluster_read_version(
	struct pd_cluster *c, struct lenient_json *body, struct fault *f); /* /version */

/* Writes the fields that are known as members of the object that is open. */
void pd_cluster_write(const struct pd_cluster *c, struct json_write *w);

#endif
