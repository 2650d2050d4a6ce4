/* SPDX-License-Identifier: ISC */
#include "scrape/prom_vector.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/intern.h"
#include "base/mem.h"
#include "base/number.h"
#include "scrape/lenient_json.h"
#include "scrape/prom_answer.h"
#include "scrape/prom_vector_fast.h"

enum { SERIES_MAX = 1 << 15, NAME_BYTES_MAX = 4096, VALUES_MAX = 24 << 20 };

struct vector_reading {
	struct prom_answer answer;
	struct prom_vector *out;
	enum prom_vector_labels labels;
	const struct prom_vector_context *context;
};

int
prom_vector_rank(enum prom_vector_labels labels, const char *instance, const struct json_text *key)
{
	if (labels == PROM_VECTOR_NOTHING)
		return 0;
	if (json_text_is(key, instance ? instance : "instance"))
		return 1;
	if (labels == PROM_VECTOR_STORE)
		return json_text_is(key, "store_id") ? 3 : json_text_is(key, "store") ? 2 : 0;
	return labels == PROM_VECTOR_ID && json_text_is(key, "id") ? 2 : 0;
}

uint32_t
prom_vector_name(struct prom_answer *a, struct intern *names, struct span text)
{
	uint32_t name;

	if (!text.len)
		return INTERN_NONE;
	if (text.len > NAME_BYTES_MAX) {
		prom_answer_odd(a, "names an instance in more than 4096 bytes");
		return INTERN_NONE;
	}
	name = intern_add(names, text);
	if (name == INTERN_NONE)
		prom_answer_odd(a, "names too many instances");
	return name;
}

/* Names the sample by its label of the best rank. */
static void
set_name(struct vector_reading *r, struct prom_sample *sample, struct span name, int best)
{
	sample->by_id = best > 1;
	sample->name = prom_vector_name(&r->answer, r->context->names, name);
}

static int
read_labels(struct vector_reading *r, struct prom_sample *sample)
{
	int more = lenient_json_enter(r->answer.body, JSON_OBJECT);
	struct span name = {0};
	struct json_text key;
	int best = 0;

	if (more <= 0)
		return more;
	more = 0;
	while (more == 0 && (more = json_read_member(r->answer.body->json, &key)) > 0) {
		int this = prom_vector_rank(r->labels, r->context->instance, &key);

		if (this > best) {
			best = this;
			more = lenient_json_text(r->answer.body, &name);
		} else {
			more = json_read_skip(r->answer.body->json);
		}
	}
	set_name(r, sample, name, best);
	return more;
}

static int64_t
time_of(const struct json_text *t)
{
	return prom_vector_fast_time_ms(number_double_or(t->at, t->len, 0));
}

/* The pair after "value": [seconds, "number"]. */
static int
read_value(struct vector_reading *r, struct prom_sample *sample)
{
	int more = lenient_json_enter(r->answer.body, JSON_ARRAY);
	enum json_token token;
	struct json_text t;
	size_t count = 0;

	if (more == 0)
		prom_answer_odd(&r->answer, "has a value that is not a pair of a time and a text");
	if (more <= 0)
		return more;
	while ((more = lenient_json_item(r->answer.body, &token, &t)) > 0) {
		if (json_read_finish(r->answer.body->json, token))
			return -1;
		if (++count == 2 && token == JSON_STRING)
			prom_answer_value(&r->answer, r->context->values,
				(struct span){t.at, t.len}, &sample->value);
		else if (count == 1 && token == JSON_NUMBER)
			sample->time_ms = time_of(&t);
		else
			prom_answer_odd(
				&r->answer, "has a value that is not a pair of a time and a text");
	}
	if (count != 2)
		prom_answer_odd(&r->answer, "has a value that is not a pair of a time and a text");
	return more;
}

static void
add_sample(struct vector_reading *r, const struct prom_sample *sample)
{
	if (r->out->count == SERIES_MAX) {
		prom_answer_odd(&r->answer, "has too many series");
		return;
	}
	r->out->list = mem_grow(r->out->list, r->out->count, &r->out->cap, sizeof *sample);
	r->out->list[r->out->count++] = *sample;
}

static int
read_series(struct prom_answer *a)
{
	struct vector_reading *r = a->arg;
	struct prom_sample sample = {.name = INTERN_NONE, .value = PROM_VALUE_NONE};
	bool has_value = false;
	struct json_text key;
	int more = 0;

	while (more == 0 && (more = json_read_member(r->answer.body->json, &key)) > 0) {
		if (json_text_is(&key, "metric")) {
			more = read_labels(r, &sample);
		} else if (json_text_is(&key, "value")) {
			has_value = true;
			more = read_value(r, &sample);
		} else {
			more = json_read_skip(r->answer.body->json);
		}
	}
	if (more < 0)
		return -1;
	if (!has_value)
		prom_answer_odd(&r->answer, "has a series without a value");
	add_sample(r, &sample);
	return 0;
}

/* Reads an answer in plain form. -1 if it is not; nothing was added then. */
static int
read_plain(struct vector_reading *r)
{
	size_t values = r->context->values->len;
	struct prom_vector_fast_series series;
	struct prom_vector_fast plain;
	int more = prom_vector_fast_open(&plain, r->answer.body->text, r->answer.body->len);

	while (more == 0 && (more = prom_vector_fast_next(&plain, &series)) > 0) {
		struct prom_sample sample = {.name = INTERN_NONE, .value = PROM_VALUE_NONE};
		struct span name = {0};
		int best = 0;

		for (size_t i = 0; i < series.label_count; i++) {
			struct json_text key = {
				.at = series.names[i].at, .len = series.names[i].len};
			int this = prom_vector_rank(r->labels, r->context->instance, &key);

			if (this > best) {
				best = this;
				name = series.values[i];
			}
		}
		set_name(r, &sample, name, best);
		sample.time_ms = series.time_ms;
		prom_answer_value(&r->answer, r->context->values, series.value, &sample.value);
		add_sample(r, &sample);
		more = 0;
	}
	if (more == 0)
		return 0;
	r->context->values->len = values;
	r->out->count = 0;
	r->answer.odd = NULL;
	return -1;
}

int
prom_vector_read(struct prom_vector *v, struct lenient_json *body, enum prom_vector_labels labels,
	const struct prom_vector_context *context, struct fault *f)
{
	struct prom_vector got = {0};
	struct vector_reading r = {.answer = {.body = body,
					   .type = "vector",
					   .read_series = read_series,
					   .warnings = context->warnings},
		.out = &got,
		.labels = labels,
		.context = context};
	int bad;

	r.answer.arg = &r;
	if (read_plain(&r) == 0)
		bad = r.answer.odd ? fault_set(f, STATUS_UNAVAILABLE, "the result %s", r.answer.odd)
				   : 0;
	else
		bad = prom_answer_read(&r.answer, f);
	if (bad) {
		prom_vector_free(&got);
		return -1;
	}
	*v = got;
	return 0;
}

void
prom_values_init(struct buf *values)
{
	buf_init(values, VALUES_MAX);
	buf_add_char(values, '\0'); /* so that no value is PROM_VALUE_NONE */
}

const char *
prom_values_text(const struct buf *values, uint32_t value)
{
	return values->data + value;
}

void
prom_vector_free(struct prom_vector *v)
{
	free(v->list);
	*v = (struct prom_vector){0};
}
