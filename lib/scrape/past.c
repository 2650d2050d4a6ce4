/* SPDX-License-Identifier: ISC */
#include "scrape/past.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/intern.h"
#include "base/mem.h"
#include "base/text.h"
#include "scrape/collect.h"
#include "scrape/freshness.h"
#include "scrape/past_measure.h"

enum { HEARD_INTERVALS = 4, HEARD_MIN_S = 30, TRIES = 3 };

static void
begin_range(struct past *p, struct http *http, struct json_read *json)
{
	const struct collect_options *o = p->options->collect;

	p->range = (struct prom_range){.http = http,
		.json = json,
		.identity = &o->prometheus_identity,
		.url = o->prometheus,
		.timeout_ms = p->options->timeout_ms,
		.parallel = o->parallel < PROM_RANGE_PARALLEL ? o->parallel : PROM_RANGE_PARALLEL,
		.tries = p->options->step_ms ? TRIES : 0,
		.values = &p->values,
		.instance = p->options->terms.instance};
}

/* Lists the queries of metrics.tsv, unless collect_run() asks them, of history.tsv, and the age. */
static void
list_queries(struct past *p, const char *age)
{
	const struct metrics_tsv *columns = p->options->collect->metrics;

	p->column_count = p->options->step_ms ? columns->count : 0;
	p->asked = mem_zero(p->column_count + p->queries.count + 1, sizeof *p->asked);
	for (size_t i = 0; i < p->column_count; i++) {
		struct prom_query *q = &p->asked[p->count++];

		q->promql = columns->list[i].query;
		q->form.labels = prometheus_labels(
			p->options->collect->pd_kinds, columns->list[i].kind);
	}
	for (size_t i = 0; i < HISTORY_QUERIES; i++)
		p->index[i] = SIZE_MAX;
	for (size_t i = 0; i < p->queries.count; i++) {
		const struct metric *m = &p->queries.list[i];
		enum history_query which = history_query_find(span_of(m->column));

		p->index[which] = p->count;
		p->asked[p->count++] = (struct prom_query){
			.promql = m->query, .form.names = history_query_labels(which)};
	}
	if (p->index[HISTORY_SAMPLE_AGE] == SIZE_MAX) {
		p->index[HISTORY_SAMPLE_AGE] = p->count;
		p->asked[p->count++] = (struct prom_query){
			.promql = age, .form.names = history_query_labels(HISTORY_SAMPLE_AGE)};
	}
	p->range.queries = p->asked;
	p->range.count = p->count;
}

static int
load(struct past *p, struct fault *f)
{
	struct query_template terms = p->options->terms;
	int64_t heard_s = p->interval_s * HEARD_INTERVALS;

	if (heard_s < HEARD_MIN_S)
		heard_s = HEARD_MIN_S;
	text_format(p->heard, sizeof p->heard, "%" PRId64 "s", heard_s); /* they fit */
	text_format(
		p->heard_count, sizeof p->heard_count, "%" PRId64, heard_s * 3 / 4 / p->interval_s);
	terms.heard = p->heard;
	terms.heard_count = p->heard_count;
	if (p->options->collect->pd_kinds &&
		metrics_tsv_load(&p->queries, METRICS_TSV_HISTORY, p->options->subject, &terms, f))
		return -1;
	p->age = query_template_fill(FRESHNESS_AGE, &terms);
	list_queries(p, p->age);
	return 0;
}

int
past_open(struct past *p, const struct past_options *options, struct http *http,
	struct json_read *json, const struct pd *today, struct fault *f)
{
	*p = (struct past){.options = options, .today = today};
	prom_values_init(&p->values);
	begin_range(p, http, json);
	if (past_measure(p, f) || load(p, f))
		return -1;
	p->oldest_ms = freshness_limit_ms((double)p->interval_s);
	p->input = (struct rebuilt_input){.answers = p->answers,
		.known = p->known,
		.errors = p->errors,
		.values = &p->values,
		.today = today,
		.oldest_s = (double)p->oldest_ms / 1000};
	return 0;
}

void
past_free(struct past *p)
{
	prom_range_free(&p->range);
	rebuilt_free(&p->rebuilt);
	intern_close(p->names);
	buf_free(&p->values);
	free(p->asked);
	free(p->age);
	metrics_tsv_free(&p->queries);
}

int
past_ask(struct past *p, const struct prom_grid *grid, struct intern *names, struct fault *f)
{
	intern_close(p->names);
	p->names = names ? NULL : intern_open();
	p->range.names = names ? names : p->names;
	p->input.names = p->range.names;
	buf_free(&p->values);
	prom_values_init(&p->values);
	if (prom_range_ask(&p->range, grid, f))
		return fault_within(f, "prometheus: %s", p->range.url);
	for (size_t i = 0; i < HISTORY_QUERIES; i++)
		if (p->index[i] != SIZE_MAX)
			p->answers[i] = p->asked[p->index[i]].matrix;
	return 0;
}

void
past_fail(struct past *p, const struct fault *f)
{
	text_format(p->rebuilt.error, sizeof p->rebuilt.error, "%s", f->text); /* for people */
}

static void
note_unscraped(struct past *p)
{
	double age_s = p->rebuilt.sample_age_s;

	p->error[0] = '\0';
	if (p->rebuilt.scraped)
		return;
	if (!p->known[HISTORY_SAMPLE_AGE])
		text_format(p->error, sizeof p->error, "how old its samples are is not known: %s",
			p->errors[HISTORY_SAMPLE_AGE]);
	else if (isnan(age_s))
		text_format(p->error, sizeof p->error, "it has no sample: it did not scrape");
	else
		text_format(p->error, sizeof p->error,
			"its newest sample is %.0fs old: it did not scrape%s",
			age_s < 1e9 ? age_s : 1e9, p->options->step_ms ? " then" : "");
}

void
past_rebuild(struct past *p, size_t point, struct collect *o)
{
	for (size_t i = 0; i < HISTORY_QUERIES; i++) {
		const struct prom_query *q = p->index[i] == SIZE_MAX ? NULL
								     : &p->asked[p->index[i]];

		p->known[i] = q && !q->lost[point];
		p->errors[i] = q && q->lost[point] ? q->error.text : NULL;
	}
	p->point = point;
	rebuilt_at(&p->rebuilt, &p->input, point);
	note_unscraped(p);
	o->past = p;
	o->pd.cluster_id = p->rebuilt.cluster_id;
	o->pd.stores = p->rebuilt.stores;
	o->pd.members = p->rebuilt.members;
	o->pd.cluster = p->rebuilt.cluster;
	o->pd.rules = p->rebuilt.rules;
	o->pd.date_ms = -1;
}

void
past_fill_stores(struct past *p, int64_t at_ms, const uint32_t *instances)
{
	rebuilt_stores_of(&p->rebuilt, &p->input, p->point, at_ms, instances);
}

void
past_fill_members(struct past *p, int64_t at_ms, const uint32_t *instances)
{
	(void)at_ms;
	rebuilt_members_of(&p->rebuilt, &p->input, p->point, instances);
}
