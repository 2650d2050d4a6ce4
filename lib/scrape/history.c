/* SPDX-License-Identifier: ISC */
#include "scrape/history.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/intern.h"
#include "base/json_read.h"
#include "scrape/collect.h"
#include "scrape/http.h"
#include "scrape/pd.h"
#include "scrape/records.h"
#include "stream/cycle_write.h"

/* A chunk of steps is queried at once. Its size adapts to the number of values in a step. */
enum { CHUNK_FIRST = 20, CHUNK_MAX = 1000, CHUNK_VALUES = 400000 };

struct work {
	struct history *h;
	struct http *http;
	struct json_read *json;
	struct pd today;
	bool has_today;
	struct past past;
	struct collect collect;
	struct cycle_write *out;
};

/* Asks PD for today's names, which no metric has. */
static int
ask_today(struct work *w, struct fault *f)
{
	const struct collect_options *o = w->h->options.collect;
	struct pd *pd = &w->today;
	struct http_answer *a;

	if (!o->pd_count)
		return 0;
	pd_init(pd, o->pd, o->pd_count);
	w->has_today = true;
	pd_begin(pd, w->http, w->json, &o->pd_identity,
		clock_monotonic_ns() / 1000 + w->h->options.timeout_ms * 1000);
	while ((a = http_next(w->http)) != NULL)
		pd_take(pd, a);
	pd_judge(pd);
	if (pd->answered && pd->whole[PD_STORES] && pd->whole[PD_MEMBERS])
		return 0;
	return fault_set(f, STATUS_UNAVAILABLE, "pd: %s: %s; add --pd none to do without its names",
		pd->endpoints[pd->current < pd->endpoint_count ? pd->current : 0].url,
		pd->answered ? pd->error : pd->endpoints[0].error);
}

/* Sets the columns of Prometheus as an instant query at that point would have. */
static void
set_columns(struct work *w, size_t point)
{
	struct prometheus *p = &w->collect.prometheus;

	p->known_count = 0;
	p->stale = (struct prometheus_error){0};
	p->names = w->past.names;
	p->values = w->past.values;
	w->collect.names = w->past.names;
	for (size_t i = 0; i < p->metrics->count; i++) {
		const struct prom_query *q = &w->past.asked[i];
		struct prometheus_column *column = &p->columns[i];

		prom_vector_free(&column->vector);
		*column = (struct prometheus_column){.known = !q->lost[point]};
		if (q->lost[point])
			column->error = q->error;
		prom_matrix_at(&q->matrix, point, &column->vector);
		p->known_count += column->known;
	}
	if (w->past.error[0])
		prometheus_error_set(&p->stale, "%s", w->past.error);
	prometheus_judge(p);
}

/* Before the first sample: a cycle here would report that a source is down. */
static bool
is_leading(const struct work *w)
{
	return !w->past.older && !w->h->cycles && w->past.known[HISTORY_SAMPLE_AGE] &&
	       isnan(w->past.rebuilt.sample_age_s);
}

static void
count_gaps(struct history *h, const struct past *p)
{
	const struct rebuilt *r = &p->rebuilt;
	bool pd = h->options.collect->pd_kinds;

	if (!p->known[HISTORY_SAMPLE_AGE] ||
		(pd && r->scraped &&
			(!p->known[HISTORY_CLUSTER_METADATA] ||
				(r->cluster_id && !p->known[HISTORY_PD_LEADER]))))
		h->lost++;
	else if (!r->scraped)
		h->unscraped++;
	else if (pd && !r->cluster_id)
		h->mixed++;
	else if (pd && r->leader == INTERN_NONE)
		h->leaderless++;
}

static void
write_step(struct work *w, size_t point)
{
	struct history *h = w->h;
	int64_t at_ms = h->first_ms + (int64_t)h->done * h->options.step_ms;
	struct fault failed[2];

	past_rebuild(&w->past, point, &w->collect);
	h->done++;
	if (is_leading(w)) {
		h->leading++;
		return;
	}
	set_columns(w, point);
	w->collect.at_ms = at_ms;
	(void)records_write(&w->collect, w->out, failed); /* a gap in the past is data */
	if (!h->cycles++)
		h->begun_ms = at_ms;
	h->last_ms = at_ms;
	count_gaps(h, &w->past);
}

/* Returns how many steps have about CHUNK_VALUES values, judging by the last chunk. */
static size_t
adapt(const struct past *p, size_t steps)
{
	size_t values = 0, next;

	for (size_t i = 0; i < p->count; i++)
		for (size_t k = 0; k < p->asked[i].matrix.count; k++)
			values += p->asked[i].matrix.list[k].count;
	next = values ? (size_t)((double)CHUNK_VALUES * (double)steps / (double)values) : CHUNK_MAX;
	return next < 1 ? 1 : next > CHUNK_MAX ? CHUNK_MAX : next;
}

/* Asks for `steps` more, or fewer if that is too much at once, and writes them. */
static int
run_chunk(struct work *w, size_t *steps, struct fault *f)
{
	struct history *h = w->h;
	struct prom_grid grid = {.first_ms = h->first_ms + (int64_t)h->done * h->options.step_ms,
		.step_ms = h->options.step_ms,
		.count = h->total - h->done < *steps ? h->total - h->done : *steps};

	if (past_ask(&w->past, &grid, NULL, f))
		return -1;
	if (w->past.range.overfull && grid.count > 1) {
		*steps = grid.count / 2;
		return 0;
	}
	for (size_t i = 0; i < grid.count; i++) {
		write_step(w, i);
		if (h->progress)
			h->progress(h, h->arg);
	}
	*steps = adapt(&w->past, grid.count);
	return 0;
}

static int
run(struct work *w, struct fault *f)
{
	struct history *h = w->h;
	const struct collect_options *o = h->options.collect;
	size_t steps = CHUNK_FIRST;

	if (ask_today(w, f) || past_open(&w->past, &h->options, w->http, w->json,
				       w->has_today ? &w->today : NULL, f))
		return -1;
	h->interval_s = w->past.interval_s;
	w->collect = (struct collect){.options = o};
	prometheus_init(&w->collect.prometheus, o->prometheus, o->metrics, NULL, o->pd_kinds);
	buf_free(&w->collect.prometheus.values); /* replaced by those of the past */
	while (h->done < h->total)
		if (run_chunk(w, &steps, f))
			return -1;
	if (h->total && !h->cycles)
		return fault_set(f, STATUS_UNAVAILABLE,
			"prometheus: %s: it has no samples of that time", o->prometheus);
	return 0;
}

static void
work_free(struct work *w)
{
	if (w->collect.prometheus.columns) {
		w->collect.prometheus.values = (struct buf){0}; /* owned by the past */
		prometheus_free(&w->collect.prometheus);
	}
	past_free(&w->past);
	if (w->has_today)
		pd_free(&w->today);
	json_read_close(w->json);
	http_close(w->http);
}

int
history_run(struct history *h, struct cycle_write *c, struct fault *f)
{
	int64_t step_ms = h->options.step_ms;
	struct work w = {.h = h, .out = c, .http = http_open(f)};
	int bad = -1;

	h->first_ms = h->options.from_ms / step_ms * step_ms + step_ms;
	h->total = h->options.to_ms < h->first_ms
			   ? 0
			   : (size_t)((h->options.to_ms - h->first_ms) / step_ms) + 1;
	h->last_ms = h->options.from_ms;
	if (w.http) {
		w.json = json_read_open();
		bad = run(&w, f);
	}
	work_free(&w);
	return bad;
}
