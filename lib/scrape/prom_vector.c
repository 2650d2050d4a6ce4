/* SPDX-License-Identifier: ISC */
#include "scrape/prom_vector.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/intern.h"
#include "base/mem.h"
#include "base/number.h"
#include "scrape/lenient_json.h"
#include "scrape/prom_vector_fast.h"

enum { SERIES_MAX = 1 << 15, NAME_BYTES_MAX = 4096, VALUE_BYTES_MAX = 32, VALUES_MAX = 24 << 20 };

struct reading {
	struct lenient_json *body;
	struct prom_vector *out;
	enum prom_vector_labels labels;
	const struct prom_vector_context *context;
	const char *instance;
	bool success, has_result;
	struct span type; /* resultType */
	struct span error;
	const char *odd; /* the first thing that does not belong into a vector */
};

static void
say_odd(struct reading *r, const char *what)
{
	if (!r->odd)
		r->odd = what;
}

/* How much a label says about what its series is about: the highest one counts. 0: nothing. */
static int
rank(const struct reading *r, const struct json_text *key)
{
	if (r->labels == PROM_VECTOR_NOTHING)
		return 0;
	if (json_text_is(key, r->instance))
		return 1;
	if (r->labels == PROM_VECTOR_STORE)
		return json_text_is(key, "store_id") ? 3 : json_text_is(key, "store") ? 2 : 0;
	return r->labels == PROM_VECTOR_ID && json_text_is(key, "id") ? 2 : 0;
}

/* The label of the best rank says what the sample is about. */
static void
set_name(struct reading *r, struct prom_sample *sample, struct span name, int best)
{
	sample->by_id = best > 1;
	if (name.len > NAME_BYTES_MAX)
		say_odd(r, "names an instance in more than 4096 bytes");
	else if (name.len)
		sample->name = intern_add(r->context->names, name);
	if (name.len && sample->name == INTERN_NONE)
		say_odd(r, "names too many instances");
}

static int
read_labels(struct reading *r, struct prom_sample *sample)
{
	int more = lenient_json_enter(r->body, JSON_OBJECT);
	struct span name = {0};
	struct json_text key;
	int best = 0;

	if (more <= 0)
		return more;
	more = 0;
	while (more == 0 && (more = json_read_member(r->body->json, &key)) > 0) {
		int this = rank(r, &key);

		if (this > best) {
			best = this;
			more = lenient_json_text(r->body, &name);
		} else {
			more = json_read_skip(r->body->json);
		}
	}
	set_name(r, sample, name, best);
	return more;
}

/* NaN, +Inf and -Inf are values of Prometheus, and none of ours. */
static void
take_value(struct reading *r, struct span text, uint32_t *value)
{
	char number[32];
	double parsed;

	if (number_double(text.at, text.len, &parsed)) {
		if (!span_is(text, "NaN") && !span_is(text, "+Inf") && !span_is(text, "-Inf"))
			say_odd(r, "has a value that is not a number");
		return;
	}
	if (parsed == 0)
		text = span_of("0"); /* -0 too */
	else if (text.len > VALUE_BYTES_MAX)
		text = (struct span){number, number_format(number, parsed)};
	*value = (uint32_t)r->context->values->len;
	buf_add(r->context->values, text.at, text.len);
	buf_add_char(r->context->values, '\0');
	if (r->context->values->full)
		say_odd(r, "has too many values");
}

/* Behind "value": [seconds, "number"]. */
static int
read_value(struct reading *r, uint32_t *value)
{
	int more = lenient_json_enter(r->body, JSON_ARRAY);
	enum json_token token;
	struct json_text t;
	size_t count = 0;

	if (more == 0)
		say_odd(r, "has a value that is no pair of a time and a text");
	if (more <= 0)
		return more;
	while ((more = lenient_json_item(r->body, &token, &t)) > 0) {
		if (json_read_finish(r->body->json, token))
			return -1;
		if (++count == 2 && token == JSON_STRING)
			take_value(r, (struct span){t.at, t.len}, value);
		else if (count != 1 || token != JSON_NUMBER)
			say_odd(r, "has a value that is no pair of a time and a text");
	}
	if (count != 2)
		say_odd(r, "has a value that is no pair of a time and a text");
	return more;
}

static void
add_sample(struct reading *r, const struct prom_sample *sample)
{
	if (r->out->count == SERIES_MAX) {
		say_odd(r, "has too many series");
		return;
	}
	if ((r->out->count & (r->out->count - 1)) == 0)
		r->out->list = mem_resize(
			r->out->list, r->out->count ? r->out->count * 2 : 1, sizeof *sample);
	r->out->list[r->out->count++] = *sample;
}

static int
read_series(struct reading *r)
{
	struct prom_sample sample = {.name = INTERN_NONE, .value = PROM_VALUE_NONE};
	bool has_value = false;
	struct json_text key;
	int more = 0;

	while (more == 0 && (more = json_read_member(r->body->json, &key)) > 0) {
		if (json_text_is(&key, "metric")) {
			more = read_labels(r, &sample);
		} else if (json_text_is(&key, "value")) {
			has_value = true;
			more = read_value(r, &sample.value);
		} else {
			more = json_read_skip(r->body->json);
		}
	}
	if (more < 0)
		return -1;
	if (!has_value)
		say_odd(r, "has a series without a value");
	add_sample(r, &sample);
	return 0;
}

static int
read_result(struct reading *r)
{
	int more = lenient_json_enter(r->body, JSON_ARRAY);
	enum json_token token;
	struct json_text t;

	r->has_result = more > 0;
	if (more <= 0)
		return more;
	while ((more = lenient_json_item(r->body, &token, &t)) > 0) {
		if (token == JSON_OBJECT)
			more = read_series(r);
		else
			more = json_read_finish(r->body->json, token);
		if (token != JSON_OBJECT)
			say_odd(r, "has an item that is not a series");
		if (more < 0)
			return -1;
	}
	return more;
}

static int
read_data(struct reading *r)
{
	int more = lenient_json_enter(r->body, JSON_OBJECT);
	struct json_text key;

	if (more <= 0)
		return more;
	more = 0;
	while (more == 0 && (more = json_read_member(r->body->json, &key)) > 0) {
		if (json_text_is(&key, "resultType"))
			more = lenient_json_text(r->body, &r->type);
		else if (json_text_is(&key, "result"))
			more = read_result(r);
		else
			more = json_read_skip(r->body->json);
	}
	return more;
}

static int
read_warnings(struct reading *r)
{
	int more = lenient_json_enter(r->body, JSON_ARRAY);
	enum json_token token;
	struct json_text t;

	if (more <= 0)
		return more;
	while ((more = lenient_json_item(r->body, &token, &t)) > 0) {
		if (token == JSON_STRING && t.len < 1024) {
			json_text_append(&t, r->context->warnings);
			buf_add_char(r->context->warnings, '\n'); /* full: what fits is kept */
		}
		if (json_read_finish(r->body->json, token))
			return -1;
	}
	return more;
}

static int
read_answer(struct reading *r)
{
	struct span status = {0};
	struct json_text key;
	int more = lenient_json_open(r->body, JSON_OBJECT);

	while (more == 0 && (more = json_read_member(r->body->json, &key)) > 0) {
		if (json_text_is(&key, "status"))
			more = lenient_json_text(r->body, &status);
		else if (json_text_is(&key, "data"))
			more = read_data(r);
		else if (json_text_is(&key, "error"))
			more = lenient_json_text(r->body, &r->error);
		else if (json_text_is(&key, "warnings"))
			more = read_warnings(r);
		else
			more = json_read_skip(r->body->json);
	}
	r->success = span_is(status, "success");
	return more < 0 ? -1 : json_read_end(r->body->json);
}

/* Is it a whole vector? */
static int
judge(const struct reading *r, struct fault *f)
{
	if (!r->success)
		return fault_set(f, STATUS_UNAVAILABLE, "no success: %.*s",
			(int)(r->error.len < 300 ? r->error.len : 300),
			r->error.at ? r->error.at : "");
	if (!span_is(r->type, "vector"))
		return fault_set(f, STATUS_UNAVAILABLE, "the result is of type %.*s, not a vector",
			(int)(r->type.len < 30 ? r->type.len : 30), r->type.at ? r->type.at : "");
	if (!r->has_result)
		return fault_set(f, STATUS_UNAVAILABLE, "no result in it");
	if (r->odd)
		return fault_set(f, STATUS_UNAVAILABLE, "the result %s", r->odd);
	return 0;
}

/* Where the answer is in plain form: 0. Else -1, and nothing is read. */
static int
read_plain(struct reading *r)
{
	size_t values = r->context->values->len;
	struct prom_vector_fast_series series;
	struct prom_vector_fast plain;
	int more = prom_vector_fast_open(&plain, r->body->text, r->body->len);

	while (more == 0 && (more = prom_vector_fast_next(&plain, &series)) > 0) {
		struct prom_sample sample = {.name = INTERN_NONE, .value = PROM_VALUE_NONE};
		struct span name = {0};
		int best = 0;

		for (size_t i = 0; i < series.label_count; i++) {
			struct json_text key = {
				.at = series.names[i].at, .len = series.names[i].len};
			int this = rank(r, &key);

			if (this > best) {
				best = this;
				name = series.values[i];
			}
		}
		set_name(r, &sample, name, best);
		take_value(r, series.value, &sample.value);
		add_sample(r, &sample);
		more = 0;
	}
	if (more == 0)
		return 0;
	r->context->values->len = values;
	r->out->count = 0;
	r->odd = NULL;
	return -1;
}

int
prom_vector_read(struct prom_vector *v, struct lenient_json *body, enum prom_vector_labels labels,
	const struct prom_vector_context *context, struct fault *f)
{
	struct prom_vector got = {0};
	struct reading r = {.body = body,
		.out = &got,
		.labels = labels,
		.context = context,
		.instance = context->instance ? context->instance : "instance"};
	int bad = 0;

	if (read_plain(&r) == 0)
		bad = r.odd ? fault_set(f, STATUS_UNAVAILABLE, "the result %s", r.odd) : 0;
	else if (read_answer(&r))
		bad = fault_set(f, STATUS_UNAVAILABLE, "not the JSON expected: %s",
			json_read_error(body->json));
	else
		bad = judge(&r, f);
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
