/* SPDX-License-Identifier: ISC */
#include "scrape/prom_matrix.h"

#include <math.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/intern.h"
#include "base/mem.h"
#include "base/number.h"
#include "scrape/lenient_json.h"
#include "scrape/prom_answer.h"

enum { SERIES_MAX = 1 << 15 };

#define TIME_MAX_S INT64_C(253402300800) /* the year 10000 */

struct matrix_reading {
	struct prom_answer answer;
	struct prom_matrix *out;
	const struct prom_grid *grid;
	const struct prom_matrix_form *form;
	const struct prom_vector_context *context;
};

/* Returns the label's index in labels[] and sets its rank there; -1 if it is not used. */
static int
place_of(const struct matrix_reading *r, const struct json_text *key, int *rank)
{
	const char *instance = r->context->instance ? r->context->instance : "instance";
	const char *const *names = r->form->names;

	*rank = 1;
	for (int i = 0; names && names[i]; i++)
		if (json_text_is(key, *names[i] == '$' ? instance : names[i]))
			return i;
	if (names)
		return -1;
	*rank = prom_vector_rank(r->form->labels, r->context->instance, key);
	return *rank ? 0 : -1;
}

static int
read_labels(struct matrix_reading *r, struct prom_series *series)
{
	int ranks[PROM_MATRIX_LABELS] = {0};
	struct lenient_json *body = r->answer.body;
	int more = lenient_json_enter(body, JSON_OBJECT);
	struct json_text key;

	if (more <= 0)
		return more;
	more = 0;
	while (more == 0 && (more = json_read_member(body->json, &key)) > 0) {
		struct span text = {0};
		int rank, place = place_of(r, &key, &rank);

		if (place < 0 || rank <= ranks[place]) {
			more = json_read_skip(body->json);
			continue;
		}
		ranks[place] = rank;
		more = lenient_json_text(body, &text);
		series->labels[place] = prom_vector_name(&r->answer, r->context->names, text);
	}
	series->by_id = !r->form->names && ranks[0] > 1;
	return more;
}

/* Returns the point of the grid at this time, or the grid's count if there is none. */
static size_t
point_of(const struct prom_grid *grid, struct json_text *t)
{
	int64_t since_ms, whole;
	double seconds;

	if (!grid->step_ms)
		return 0;
	if (number_i64(t->at, t->len, 0, TIME_MAX_S, &whole) == 0) /* the usual case */
		since_ms = whole * 1000 - grid->first_ms;
	else if (number_double(t->at, t->len, &seconds) || !(fabs(seconds) < TIME_MAX_S))
		return grid->count;
	else
		since_ms = llround(seconds * 1000) - grid->first_ms;
	if (since_ms < 0 || since_ms % grid->step_ms ||
		since_ms / grid->step_ms >= (int64_t)grid->count)
		return grid->count;
	return (size_t)(since_ms / grid->step_ms);
}

/* [seconds, "number"], in order of time; *next is the first point that may come. */
static int
read_pair(struct matrix_reading *r, struct prom_series *series, size_t *next)
{
	struct lenient_json *body = r->answer.body;
	size_t count = 0, point = r->grid->count;
	enum json_token token;
	struct json_text t;
	int more;

	while ((more = lenient_json_item(body, &token, &t)) > 0) {
		if (json_read_finish(body->json, token))
			return -1;
		count++;
		if (count == 1 && token == JSON_NUMBER)
			point = point_of(r->grid, &t);
		else if (count == 2 && token == JSON_STRING && point < r->grid->count &&
			 point >= *next)
			prom_answer_value(&r->answer, r->context->values,
				(struct span){t.at, t.len}, &series->values[point]);
		else
			count = 3;
	}
	if (count != 2)
		prom_answer_odd(&r->answer, "has a value at a time that was not asked for");
	*next = point + 1;
	return more;
}

static int
read_values(struct matrix_reading *r, struct prom_series *series)
{
	struct lenient_json *body = r->answer.body;
	int more = lenient_json_enter(body, JSON_ARRAY);
	enum json_token token;
	struct json_text t;
	size_t next = 0;

	if (more <= 0)
		return more;
	while ((more = lenient_json_item(body, &token, &t)) > 0) {
		if (token == JSON_ARRAY) {
			more = read_pair(r, series, &next);
		} else {
			prom_answer_odd(&r->answer, "has a value that is not a pair");
			more = json_read_finish(body->json, token);
		}
		if (more < 0)
			return -1;
	}
	return more;
}

static int
read_instant(struct matrix_reading *r, struct prom_series *series)
{
	int more = lenient_json_enter(r->answer.body, JSON_ARRAY);
	size_t next = 0;

	if (more <= 0)
		prom_answer_odd(&r->answer, "has a value that is not a pair");
	return more <= 0 ? more : read_pair(r, series, &next);
}

static int
read_series(struct prom_answer *a)
{
	struct matrix_reading *r = a->arg;
	struct prom_series series = {.labels = {INTERN_NONE, INTERN_NONE, INTERN_NONE},
		.first = r->grid->at,
		.count = r->grid->count};
	bool instant = !r->grid->step_ms, has_values = false;
	struct json_text key;
	int more = 0;

	series.values = mem_zero(r->grid->count, sizeof *series.values);
	while (more == 0 && (more = json_read_member(a->body->json, &key)) > 0) {
		if (json_text_is(&key, "metric")) {
			more = read_labels(r, &series);
		} else if (json_text_is(&key, instant ? "value" : "values")) {
			has_values = true;
			more = instant ? read_instant(r, &series) : read_values(r, &series);
		} else {
			more = json_read_skip(a->body->json);
		}
	}
	if (!has_values)
		prom_answer_odd(a, "has a series without values");
	if (more < 0 || r->out->count == SERIES_MAX) {
		prom_answer_odd(a, "has too many series");
		free(series.values);
		return more;
	}
	r->out->list = mem_grow(r->out->list, r->out->count, &r->out->cap, sizeof series);
	r->out->list[r->out->count++] = series;
	return 0;
}

/* Appends the series of `more` to those of m. */
static void
append(struct prom_matrix *m, struct prom_matrix *more)
{
	for (size_t i = 0; i < more->count; i++) {
		m->list = mem_grow(m->list, m->count, &m->cap, sizeof *m->list);
		m->list[m->count++] = more->list[i];
	}
	free(more->list);
}

int
prom_matrix_read(struct prom_matrix *m, struct lenient_json *body, const struct prom_grid *grid,
	const struct prom_matrix_form *form, const struct prom_vector_context *context,
	struct fault *f)
{
	struct prom_matrix got = {0};
	struct matrix_reading r = {.answer = {.body = body,
					   .type = grid->step_ms ? "matrix" : "vector",
					   .read_series = read_series,
					   .warnings = context->warnings},
		.out = &got,
		.grid = grid,
		.form = form,
		.context = context};

	r.answer.arg = &r;
	if (prom_answer_read(&r.answer, f)) {
		prom_matrix_free(&got);
		return -1;
	}
	append(m, &got);
	return 0;
}

void
prom_matrix_free(struct prom_matrix *m)
{
	for (size_t i = 0; i < m->count; i++)
		free(m->list[i].values);
	free(m->list);
	*m = (struct prom_matrix){0};
}

uint32_t
prom_series_at(const struct prom_series *s, size_t point)
{
	return point >= s->first && point - s->first < s->count ? s->values[point - s->first]
								: PROM_VALUE_NONE;
}

void
prom_matrix_at(const struct prom_matrix *m, size_t point, struct prom_vector *v)
{
	*v = (struct prom_vector){.list = mem_array(m->count, sizeof *v->list)};
	for (size_t i = 0; i < m->count; i++) {
		const struct prom_series *s = &m->list[i];
		uint32_t value = prom_series_at(s, point);

		if (value != PROM_VALUE_NONE)
			v->list[v->count++] = (struct prom_sample){
				.name = s->labels[0], .value = value, .by_id = s->by_id};
	}
}
