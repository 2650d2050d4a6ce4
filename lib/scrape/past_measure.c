/* SPDX-License-Identifier: ISC */
#include "scrape/past_measure.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/intern.h"
#include "base/mem.h"
#include "base/number.h"
#include "scrape/collect.h"
#include "scrape/past.h"

enum { POINTS_MAX = 200, INTERVAL_DEFAULT_S = 15 };

enum { ASK_INTERVAL, ASK_CLUSTERS, ASK_ALL };

/* Targets whose labels come by metric_relabel_configs have no `up` that matches. */
static const char interval_query[] = "300 / max(count_over_time(up{$match}[5m])"
				     " or count_over_time(process_start_time_seconds{$match}[5m]))";
static const char clusters_query[] = "max by (type) (pd_cluster_metadata{$match} + 1)";
static const char older_query[] =
	"max(present_over_time((group(up{$match}) or group(process_start_time_seconds{$match}))"
	"[30d:5m]))";

static const char *const no_labels[] = {NULL};

int64_t
past_measure_snap(double interval_s)
{
	static const int64_t usual[] = {1, 2, 5, 10, 15, 20, 30, 60, 120};
	int64_t best = usual[0];

	for (size_t i = 1; i < sizeof usual / sizeof *usual; i++)
		if (fabs((double)usual[i] - interval_s) < fabs((double)best - interval_s))
			best = usual[i];
	return best;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The lower quartile, because after a start or a gap scrapes seem to be rarer. */
static double
lower_quartile(const struct past *p, const struct prom_matrix *m)
{
	double *list = NULL, result = NAN;
	size_t count = 0, cap = 0;

	for (size_t i = 0; i < m->count; i++)
		for (size_t k = 0; k < m->list[i].count; k++) {
			const char *text = prom_values_text(&p->values, m->list[i].values[k]);
			double value;

			if (number_double(text, strlen(text), &value))
				continue;
			list = mem_grow(list, count, &cap, sizeof *list);
			list[count++] = value;
		}
	if (count) {
		qsort(list, count, sizeof *list, by_value);
		result = list[count / 4];
	}
	free(list);
	return result;
}

/* Refuses a history that has other clusters but not PD's. */
static int
check_clusters(const struct past *p, const struct prom_matrix *m, struct fault *f)
{
	uint64_t other = 0;

	for (size_t i = 0; p->today && i < m->count; i++) {
		struct span type = {0};
		uint64_t id;

		if (m->list[i].labels[0] != INTERN_NONE)
			type = intern_text(p->names, m->list[i].labels[0]);
		if (!span_starts(type, "cluster"))
			continue;
		type = span_from(type, strlen("cluster"));
		if (number_u64(type.at, type.len, UINT64_MAX, &id))
			continue;
		if (id == p->today->cluster_id)
			return 0;
		other = id;
	}
	if (!other || !p->today->cluster_id)
		return 0;
	return fault_set(f, STATUS_UNAVAILABLE,
		"its history is of cluster %" PRIu64 ", and PD is of %" PRIu64, other,
		p->today->cluster_id);
}

/* The whole range in few points, all multiples of the step: VictoriaMetrics would move others. */
static struct prom_grid
coarse(const struct past_options *o)
{
	struct prom_grid grid = {.first_ms = o->to_ms, .count = 1};
	int64_t span_ms = o->to_ms - o->from_ms;

	if (!o->step_ms)
		return grid;
	grid.step_ms = (span_ms / POINTS_MAX / 1000 + 1) * 1000;
	grid.count = (size_t)(span_ms / grid.step_ms) + 1;
	grid.first_ms = (o->to_ms / grid.step_ms - (int64_t)grid.count + 1) * grid.step_ms;
	return grid;
}

static int
ask(struct past *p, struct prom_query *queries, size_t count, const struct prom_grid *grid,
	struct fault *f)
{
	if (!p->names)
		p->names = intern_open();
	p->range.names = p->names;
	p->range.queries = queries;
	p->range.count = count;
	return prom_range_ask(&p->range, grid, f);
}

static int
ask_whole(struct past *p, struct prom_query *queries, struct fault *f)
{
	struct prom_grid grid = coarse(p->options);
	double interval_s;

	if (ask(p, queries, ASK_ALL, &grid, f))
		return -1;
	interval_s = lower_quartile(p, &queries[ASK_INTERVAL].matrix);
	if (!p->interval_s)
		p->interval_s = isnan(interval_s) ? INTERVAL_DEFAULT_S
						  : past_measure_snap(interval_s);
	return check_clusters(p, &queries[ASK_CLUSTERS].matrix, f);
}

static int
ask_older(struct past *p, struct prom_query *query, struct fault *f)
{
	struct prom_grid grid = {
		.first_ms = p->options->from_ms, .step_ms = p->options->step_ms, .count = 1};

	if (!p->options->step_ms)
		return 0;
	if (ask(p, query, 1, &grid, f))
		return -1;
	p->older = query->matrix.count > 0;
	return 0;
}

int
past_measure(struct past *p, struct fault *f)
{
	const struct query_template *terms = &p->options->terms;
	char *texts[] = {query_template_fill(interval_query, terms),
		query_template_fill(clusters_query, terms),
		query_template_fill(older_query, terms)};
	struct prom_query queries[ASK_ALL + 1] = {
		{.promql = texts[0], .form.names = no_labels},
		{.promql = texts[1], .form.names = history_query_labels(HISTORY_CLUSTER_METADATA)},
		{.promql = texts[2], .form.names = no_labels},
	};
	int bad;

	p->interval_s = p->options->interval_s;
	bad = ask_whole(p, queries, f) || ask_older(p, &queries[ASK_ALL], f);
	p->range.queries = queries;
	p->range.count = sizeof queries / sizeof *queries;
	prom_range_free(&p->range);
	p->range.parts = NULL;
	p->range.part_cap = p->range.count = 0;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		free(texts[i]);
	return bad ? fault_within(f, "prometheus: %s", p->range.url) : 0;
}
