/* SPDX-License-Identifier: ISC */
#include "scrape/prometheus.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/intern.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/text.h"
#include "scrape/freshness.h"
#include "scrape/http.h"
#include "scrape/http_error.h"
#include "scrape/http_identity.h"
#include "scrape/lenient_json.h"
#include "scrape/metrics_tsv.h"
#include "scrape/prom_url.h"

enum { URL_MAX = 128 << 10, WARNINGS_MAX = 4096, BODIES_MAX = HTTP_BODIES_MAX / 3 * 2 };

void
prometheus_init(struct prometheus *p, const char *url, const struct metrics_tsv *metrics,
	struct intern *names, bool pd_kinds)
{
	*p = (struct prometheus){
		.url = url, .metrics = metrics, .names = names, .pd_kinds = pd_kinds};
	p->columns = mem_zero(metrics->count, sizeof *p->columns);
	prom_values_init(&p->values);
	buf_init(&p->warnings, WARNINGS_MAX);
}

void
prometheus_free(struct prometheus *p)
{
	for (size_t i = 0; p->columns && i < p->metrics->count; i++)
		prom_vector_free(&p->columns[i].vector);
	free(p->columns);
	buf_free(&p->values);
	buf_free(&p->warnings);
}

static void
ask(struct prometheus *p, const char *query, size_t tag)
{
	struct http_request r = {.identity = p->identity,
		.owner = p,
		.tag = (unsigned)tag,
		.deadline_us = p->deadline_us,
		.lane = &p->lane,
		.budget = &p->budget};
	struct buf url;

	buf_init(&url, URL_MAX); /* three times the longest query, and more */
	buf_printf(&url, "%s/api/v1/query?timeout=%lldms&" PROM_URL_WHOLE "&query=", p->url,
		(long long)((p->deadline_us - p->begin_us) / 1000));
	prom_url_escape(&url, query);
	r.url = url.data;
	http_get(p->http, &r);
	buf_free(&url);
}

void
prometheus_begin(struct prometheus *p, struct http *http, struct json_read *json,
	const struct http_identity *identity, unsigned parallel, int64_t deadline_us)
{
	p->lane = (struct http_lane){.width = parallel, .width_max = parallel};
	p->http = http;
	p->budget = BODIES_MAX;
	p->json = json;
	p->identity = identity;
	p->deadline_us = deadline_us;
	p->begin_us = p->end_us = clock_monotonic_ns() / 1000;
	for (size_t i = 0; i < p->metrics->count; i++)
		ask(p, p->metrics->list[i].query, i);
	ask(p, p->metrics->freshness, p->metrics->count);
}

void
prometheus_error_set(struct prometheus_error *e, const char *fmt, ...)
{
	va_list args;

	e->set = true;
	va_start(args, fmt);
	text_vformat(e->text, sizeof e->text, fmt, args); /* for people: may be cut */
	va_end(args);
}

struct prometheus_error *
prometheus_errors(const struct prometheus *p)
{
	struct prometheus_error *errors = mem_array(p->metrics->count, sizeof *errors);

	for (size_t i = 0; i < p->metrics->count; i++)
		errors[i] = p->columns[i].error;
	return errors;
}

static bool
is_own(bool pd_kinds, const char *kind)
{
	return !pd_kinds || (strcmp(kind, "store") != 0 && strcmp(kind, "member") != 0 &&
				    strcmp(kind, "cluster") != 0);
}

bool
prometheus_owns(const struct prometheus *p, const char *kind)
{
	return is_own(p->pd_kinds, kind);
}

enum prom_vector_labels
prometheus_labels(bool pd_kinds, const char *kind)
{
	if (is_own(pd_kinds, kind))
		return PROM_VECTOR_ID;
	if (strcmp(kind, "cluster") == 0)
		return PROM_VECTOR_NOTHING;
	return strcmp(kind, "store") == 0 ? PROM_VECTOR_STORE : PROM_VECTOR_INSTANCE;
}

/* Only a kind whose records have no name may have a series without one, and only one. */
static int
check_series(const struct prom_vector *v, enum prom_vector_labels labels, const char *instance,
	struct fault *f)
{
	size_t nameless = 0;

	for (size_t i = 0; i < v->count; i++)
		nameless += v->list[i].name == INTERN_NONE;
	if (nameless && (labels == PROM_VECTOR_STORE || labels == PROM_VECTOR_INSTANCE))
		return fault_set(f, STATUS_UNAVAILABLE, "a series without the label %s", instance);
	if (nameless > 1)
		return fault_set(
			f, STATUS_UNAVAILABLE, "%zu series, where one is expected", nameless);
	return 0;
}

static int
read_vector(struct prometheus *p, struct http_answer *a, enum prom_vector_labels labels,
	struct prom_vector *v, struct fault *f)
{
	struct lenient_json body = {.json = p->json, .text = a->body.data, .len = a->body.len};
	struct prom_vector_context context = {
		p->names, &p->values, &p->warnings, p->metrics->instance};

	if (http_error_check(p->json, a, f))
		return -1;
	return prom_vector_read(v, &body, labels, &context, f);
}

static int
read_column(struct prometheus *p, struct http_answer *a, struct prom_vector *v, struct fault *f)
{
	enum prom_vector_labels labels = prometheus_labels(
		p->pd_kinds, p->metrics->list[a->tag].kind);

	if (read_vector(p, a, labels, v, f))
		return -1;
	if (check_series(v, labels, p->metrics->instance, f) == 0)
		return 0;
	prom_vector_free(v);
	return -1;
}

/* A cache that does not report its age is recognized by the times of its samples. */
static void
drop_old(struct prometheus_column *column, int64_t date_ms)
{
	struct prom_vector *v = &column->vector;

	for (size_t i = 0; date_ms >= 0 && i < v->count; i++) {
		int64_t ms = v->list[i].time_ms - date_ms;

		if (ms <= FRESHNESS_DRIFT_MAX_MS && ms >= -FRESHNESS_DRIFT_MAX_MS)
			continue;
		v->list[i].value = PROM_VALUE_NONE;
		if (!column->error.set)
			prometheus_error_set(&column->error,
				"a sample is %lld s away from the Date of its answer",
				(long long)(ms < 0 ? -ms : ms) / 1000);
	}
}

static double
value_of(const struct prometheus *p, const struct prom_vector *v, const char *name)
{
	double value;

	for (size_t i = 0; i < v->count; i++) {
		const char *text = prom_values_text(&p->values, v->list[i].value);

		if (v->list[i].name != INTERN_NONE &&
			span_is(intern_text(p->names, v->list[i].name), name) &&
			number_double(text, strlen(text), &value) == 0)
			return value;
	}
	return NAN;
}

static void
take_freshness(struct prometheus *p, struct http_answer *a)
{
	struct prom_vector v = {0};
	struct fault f;
	double age_s;

	if (read_vector(p, a, PROM_VECTOR_ID, &v, &f)) {
		prometheus_error_set(
			&p->unasked, "whether it scrapes could not be asked: %s", f.text);
		return;
	}
	age_s = value_of(p, &v, "age");
	if (age_s * 1000 > (double)freshness_limit_ms(value_of(p, &v, "interval")))
		prometheus_error_set(&p->stale,
			"its newest sample is %.0fs old: it does not scrape",
			age_s < 1e9 ? age_s : 1e9);
	prom_vector_free(&v);
}

/* Keeps our secrets out of records if the server sends them back. */
static void
hide(const struct prometheus *p, char *text, size_t len)
{
	http_identity_hide(p->identity, text, len);
}

static void
take_column(struct prometheus *p, struct http_answer *a)
{
	struct prometheus_column *column = &p->columns[a->tag];
	struct fault f;

	if (read_column(p, a, &column->vector, &f)) {
		hide(p, f.text, strlen(f.text));
		prometheus_error_set(&column->error, "%s", f.text);
		return;
	}
	drop_old(column, a->date_ms);
	column->known = true;
	p->known_count++;
}

void
prometheus_judge(struct prometheus *p)
{
	if (p->unasked.set && p->known_count) {
		hide(p, p->unasked.text, strlen(p->unasked.text));
		buf_printf(&p->warnings, "%.400s\n", p->unasked.text);
	}
	if (!p->stale.set)
		return;
	for (size_t i = 0; i < p->metrics->count; i++) {
		prom_vector_free(&p->columns[i].vector);
		p->columns[i] = (struct prometheus_column){.error = p->stale};
	}
	p->known_count = 0;
}

void
prometheus_take(struct prometheus *p, struct http_answer *a)
{
	p->end_us = clock_monotonic_ns() / 1000;
	if (a->status && a->date_ms >= 0)
		clock_skew_add(&p->skew, a->date_ms, a->sent_ms, a->received_ms);
	if (a->status != 200)
		hide(p, a->body.data, a->body.len);
	hide(p, a->location, strlen(a->location));
	if (a->tag == p->metrics->count)
		take_freshness(p, a);
	else
		take_column(p, a);
	hide(p, p->warnings.data, p->warnings.len);
	http_answer_free(a);
}
