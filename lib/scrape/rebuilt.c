/* SPDX-License-Identifier: ISC */
#include "scrape/rebuilt.h"
#include "scrape/rebuilt_part.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intern.h"
#include "base/mem.h"
#include "base/number.h"
#include "scrape/pd.h"
#include "scrape/prom_matrix.h"

/* Finds the only cluster; the series of several would be mixed. */
static bool
find_cluster(struct rebuilt_work *w)
{
	const struct prom_matrix *m = &w->in->answers[HISTORY_CLUSTER_METADATA];
	const struct pd *today = w->in->today;
	size_t count = 0;

	if (rebuilt_lost(w, HISTORY_CLUSTER_METADATA))
		return false;
	for (size_t i = 0; i < m->count; i++) {
		struct span type = rebuilt_label(w->in, &m->list[i], 0);
		uint64_t id;

		if (isnan(rebuilt_value(w->in, &m->list[i], w->point)) ||
			!span_starts(type, "cluster"))
			continue;
		type = span_from(type, strlen("cluster"));
		if (number_u64(type.at, type.len, UINT64_MAX, &id))
			continue;
		count++;
		w->r->cluster_id = id;
	}
	if (count == 1 && today && today->cluster_id && today->cluster_id != w->r->cluster_id)
		rebuilt_error(w->r, "its history is of cluster %" PRIu64 ", PD is of %" PRIu64,
			w->r->cluster_id, today->cluster_id);
	else if (count == 1)
		return true;
	w->r->cluster_id = 0;
	rebuilt_error(
		w->r, "%zu clusters in its history%s", count, count ? ": --match chooses one" : "");
	return false;
}

static bool
find_leader(struct rebuilt_work *w)
{
	const struct prom_matrix *m = &w->in->answers[HISTORY_PD_LEADER];
	size_t count = 0;

	if (rebuilt_lost(w, HISTORY_PD_LEADER))
		return false;
	for (size_t i = 0; i < m->count; i++) {
		if (isnan(rebuilt_value(w->in, &m->list[i], w->point)))
			continue;
		count++;
		w->r->leader = m->list[i].labels[0];
	}
	if (count == 1)
		return true;
	w->r->leader = INTERN_NONE;
	rebuilt_error(w->r, "%zu PD leaders in its history", count);
	return false;
}

/* location_labels are in no metric: without them two stores of one zone would count twice. */
static void
rebuild_cluster(struct rebuilt_work *w)
{
	struct pd_cluster *c = &w->r->cluster;
	const struct pd *today = w->in->today;
	uint64_t regions = 0;
	bool counted = true;

	c->empty_region_count = rebuilt_count(
		rebuilt_value_of(w, HISTORY_REGION_STATUS, "empty-region-count"));
	c->low_space_ratio = rebuilt_value_of(w, HISTORY_CONFIG_STATUS, "low-space-ratio");
	if (today && today->cluster.location_labels_known) {
		c->max_replicas = rebuilt_count(
			rebuilt_value_of(w, HISTORY_CONFIG_STATUS, "max-replicas"));
		buf_add(&c->location_labels, today->cluster.location_labels.data,
			today->cluster.location_labels.len);
		c->location_labels_known = true;
	}
	if (today)
		w->r->rules = today->rules;
	for (size_t i = 0; i < w->r->stores.count; i++) {
		const struct pd_store *s = &w->r->stores.list[i];

		counted &= s->gone || s->leader_count != PD_UNKNOWN;
		regions += s->gone || s->leader_count == PD_UNKNOWN ? 0 : s->leader_count;
	}
	if (counted && w->r->stores_whole)
		c->region_count = regions;
	w->r->cluster_whole = w->r->stores_whole;
}

static void
clear(struct rebuilt *r)
{
	r->stores.count = r->stores.label_count = 0;
	r->members.count = r->members.url_count = 0;
	pd_cluster_free(&r->cluster);
	pd_cluster_init(&r->cluster);
	r->rules = (struct pd_rules){.voters = PD_UNKNOWN};
	arena_clear(&r->texts);
	r->scraped = r->stores_whole = r->members_whole = r->cluster_whole = false;
	r->error[0] = '\0';
	r->cluster_id = 0;
	r->leader = INTERN_NONE;
}

void
rebuilt_at(struct rebuilt *r, const struct rebuilt_input *in, size_t point)
{
	struct rebuilt_work w = {.r = r, .in = in, .point = point};

	clear(r);
	r->sample_age_s = rebuilt_only_value(&w, HISTORY_SAMPLE_AGE);
	r->scraped = r->sample_age_s <= in->oldest_s;
	if (!r->scraped || !find_cluster(&w) || !find_leader(&w))
		return;
	w.rows = mem_array(intern_count(in->names) + 1, sizeof *w.rows);
	rebuilt_stores(&w);
	rebuild_cluster(&w);
	rebuilt_members(&w);
	free(w.rows);
}

void
rebuilt_free(struct rebuilt *r)
{
	free(r->stores.list);
	free(r->stores.labels);
	free(r->members.list);
	free(r->members.urls);
	pd_cluster_free(&r->cluster);
	arena_free(&r->texts);
	*r = (struct rebuilt){0};
}
