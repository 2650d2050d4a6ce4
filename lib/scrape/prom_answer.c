/* SPDX-License-Identifier: ISC */
#include "scrape/prom_answer.h"

#include "base/buf.h"
#include "base/fault.h"
#include "base/number.h"
#include "scrape/lenient_json.h"

enum { VALUE_BYTES_MAX = 32, WARNING_BYTES_MAX = 1024 };

void
prom_answer_odd(struct prom_answer *a, const char *what)
{
	if (!a->odd)
		a->odd = what;
}

/* Shortens a text with more digits than a double has. */
static size_t
shorten(struct span text, char number[32])
{
	return number_format(number, number_double_or(text.at, text.len, 0));
}

/* NaN, +Inf and -Inf are values of Prometheus, but not measurements. */
void
prom_answer_value(struct prom_answer *a, struct buf *values, struct span text, uint32_t *value)
{
	char number[32];
	bool zero;

	if (number_check(text.at, text.len, &zero)) {
		if (!span_is(text, "NaN") && !span_is(text, "+Inf") && !span_is(text, "-Inf"))
			prom_answer_odd(a, "has a value that is not a number");
		return;
	}
	if (zero)
		text = span_of("0"); /* -0 too */
	else if (text.len > VALUE_BYTES_MAX)
		text = (struct span){number, shorten(text, number)};
	*value = (uint32_t)values->len;
	buf_add(values, text.at, text.len);
	buf_add_char(values, '\0');
	if (values->full)
		prom_answer_odd(a, "has too many values");
}

static int
read_result(struct prom_answer *a)
{
	int more = lenient_json_enter(a->body, JSON_ARRAY);
	enum json_token token;
	struct json_text t;

	a->has_result = more > 0;
	if (more <= 0)
		return more;
	while ((more = lenient_json_item(a->body, &token, &t)) > 0) {
		if (token == JSON_OBJECT)
			more = a->read_series(a);
		else
			more = json_read_finish(a->body->json, token);
		if (token != JSON_OBJECT)
			prom_answer_odd(a, "has an item that is not a series");
		if (more < 0)
			return -1;
	}
	return more;
}

static int
read_data(struct prom_answer *a)
{
	int more = lenient_json_enter(a->body, JSON_OBJECT);
	struct json_text key;

	if (more <= 0)
		return more;
	more = 0;
	while (more == 0 && (more = json_read_member(a->body->json, &key)) > 0) {
		if (json_text_is(&key, "resultType"))
			more = lenient_json_text(a->body, &a->found_type);
		else if (json_text_is(&key, "result"))
			more = read_result(a);
		else
			more = json_read_skip(a->body->json);
	}
	return more;
}

/* Annotations of the PromQL engine begin like this; they do not mean a partial result. */
static void
take_warning(struct prom_answer *a, struct span text)
{
	if (!a->warning.at && !span_starts(text, "PromQL "))
		a->warning = text;
	if (text.len >= WARNING_BYTES_MAX)
		return;
	buf_add(a->warnings, text.at, text.len);
	buf_add_char(a->warnings, '\n'); /* full: what fits is kept */
}

static int
read_warnings(struct prom_answer *a)
{
	int more = lenient_json_enter(a->body, JSON_ARRAY);
	enum json_token token;
	struct json_text t;

	if (more <= 0)
		return more;
	while ((more = lenient_json_item(a->body, &token, &t)) > 0) {
		if (token == JSON_STRING)
			take_warning(a, lenient_json_decode(a->body, &t));
		if (json_read_finish(a->body->json, token))
			return -1;
	}
	return more;
}

static int
read_answer(struct prom_answer *a)
{
	struct span status = {0};
	struct json_text key;
	int more = lenient_json_open(a->body, JSON_OBJECT);

	while (more == 0 && (more = json_read_member(a->body->json, &key)) > 0) {
		if (json_text_is(&key, "status"))
			more = lenient_json_text(a->body, &status);
		else if (json_text_is(&key, "data"))
			more = read_data(a);
		else if (json_text_is(&key, "error"))
			more = lenient_json_text(a->body, &a->error);
		else if (json_text_is(&key, "warnings"))
			more = read_warnings(a);
		else if (json_text_is(&key, "isPartial"))
			more = lenient_json_bool(a->body, &a->partial);
		else
			more = json_read_skip(a->body->json);
	}
	a->success = span_is(status, "success");
	return more < 0 ? -1 : json_read_end(a->body->json);
}

int
prom_answer_read(struct prom_answer *a, struct fault *f)
{
	if (read_answer(a))
		return fault_set(f, STATUS_UNAVAILABLE, "not the JSON expected: %s",
			json_read_error(a->body->json));
	if (!a->success)
		return fault_set(f, STATUS_UNAVAILABLE, "no success: %.*s",
			(int)(a->error.len < 300 ? a->error.len : 300),
			a->error.at ? a->error.at : "");
	if (!span_is(a->found_type, a->type))
		return fault_set(f, STATUS_UNAVAILABLE, "the result is of type %.*s, not a %s",
			(int)(a->found_type.len < 30 ? a->found_type.len : 30),
			a->found_type.at ? a->found_type.at : "", a->type);
	if (!a->has_result)
		return fault_set(f, STATUS_UNAVAILABLE, "it has no result");
	if (a->odd)
		return fault_set(f, STATUS_UNAVAILABLE, "the result %s", a->odd);
	if (a->partial)
		return fault_set(f, STATUS_UNAVAILABLE, "the result is partial");
	if (a->warning.at)
		return fault_set(f, STATUS_UNAVAILABLE, "the result may be partial: %.*s",
			(int)(a->warning.len < 300 ? a->warning.len : 300), a->warning.at);
	return 0;
}
