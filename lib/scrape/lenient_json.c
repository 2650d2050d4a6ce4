/* SPDX-License-Identifier: ISC */
#include "scrape/lenient_json.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/fault.h"
#include "base/number.h"
#include "base/text.h"
#include "scrape/go_units.h"

int
lenient_json_open(struct lenient_json *s, enum json_token open)
{
	json_read_start(s->json, s->text, s->len);
	return json_read_enter(s->json, open);
}

int
lenient_json_reject(struct lenient_json *s, const char *fmt, ...)
{
	va_list args;

	s->rejected = true;
	va_start(args, fmt);
	text_vformat(s->reason, sizeof s->reason, fmt, args); /* for people: may be cut */
	va_end(args);
	return -1;
}

int
lenient_json_fault(const struct lenient_json *s, struct fault *f)
{
	return fault_set(
		f, STATUS_UNAVAILABLE, "%s", s->rejected ? s->reason : json_read_error(s->json));
}

struct span
lenient_json_decode(struct lenient_json *s, const struct json_text *t)
{
	char *at = s->text + (t->at - s->text);

	return (struct span){at, t->escaped ? json_text_decode(t, at) : t->len};
}

/* 1 if the next value is a `want`, 0 after skipping any other value, -1. */
static int
next_is(struct lenient_json *s, enum json_token want, struct json_text *t)
{
	enum json_token token = json_read_next(s->json, t);

	if (token == want)
		return 1;
	return token == JSON_BAD ? -1 : json_read_finish(s->json, token);
}

int
lenient_json_text(struct lenient_json *s, struct span *out)
{
	struct json_text t;
	int got = next_is(s, JSON_STRING, &t);

	if (got > 0)
		*out = lenient_json_decode(s, &t);
	return got < 0 ? -1 : 0;
}

int
lenient_json_bool(struct lenient_json *s, bool *out)
{
	struct json_text t;
	enum json_token token = json_read_next(s->json, &t);

	if (token == JSON_TRUE || token == JSON_FALSE)
		*out = token == JSON_TRUE;
	return json_read_finish(s->json, token);
}

int
lenient_json_enter(struct lenient_json *s, enum json_token open)
{
	struct json_text t;

	return next_is(s, open, &t);
}

int
lenient_json_item(struct lenient_json *s, enum json_token *token, struct json_text *t)
{
	*token = json_read_next(s->json, t);
	if (*token == JSON_BAD)
		return -1;
	return *token != JSON_ARRAY_END;
}

int
lenient_json_items(struct lenient_json *s,
	int (*item)(struct lenient_json *s, void *target, enum json_token token,
		const struct json_text *t),
	void *target)
{
	enum json_token token;
	struct json_text t;
	int more;

	while ((more = lenient_json_item(s, &token, &t)) > 0)
		if (item(s, target, token, &t))
			return -1;
	return more;
}

static void
take_bool(enum json_token token, const struct json_text *t, enum lenient_bool *out)
{
	if (token == JSON_TRUE || (token == JSON_STRING && json_text_is(t, "true")))
		*out = LENIENT_TRUE;
	else if (token == JSON_FALSE || (token == JSON_STRING && json_text_is(t, "false")))
		*out = LENIENT_FALSE;
}

/* Reads a string or a number. An unusable one leaves *out unchanged, as a wrong type does. */
static void
take_scalar(struct lenient_json *s, enum lenient_type type, enum json_token token,
	const struct json_text *t, void *out)
{
	bool number = token == JSON_NUMBER, string = token == JSON_STRING;
	struct span text = {0};

	if (string && type != LENIENT_DOUBLE)
		text = lenient_json_decode(s, t);
	if (type == LENIENT_TEXT && string)
		*(struct span *)out = text;
	else if (type == LENIENT_U64 && number)
		(void)number_u64(t->at, t->len, UINT64_MAX, out);
	else if (type == LENIENT_I64 && number)
		(void)number_i64(t->at, t->len, INT64_MIN, INT64_MAX, out);
	else if (type == LENIENT_DOUBLE && (number || string))
		(void)number_double(t->at, t->len, out);
	else if (type == LENIENT_BYTES && string)
		(void)go_units_bytes(text.at, text.len, out);
	else if (type == LENIENT_DURATION && string)
		(void)go_units_duration(text.at, text.len, out);
}

static int
read_field(struct lenient_json *s, const struct lenient_field *f, void *target)
{
	void *out = (char *)target + f->offset;
	struct json_text t;
	enum json_token token = json_read_next(s->json, &t);

	if (token == JSON_BAD)
		return -1;
	if (f->type == LENIENT_OBJECT && token == JSON_OBJECT)
		return lenient_json_members(s, f->fields, target);
	if (f->type == LENIENT_ITEMS && token == JSON_ARRAY)
		return lenient_json_items(s, f->item, target);
	if (f->type == LENIENT_VALUE)
		return f->item(s, target, token, &t);
	if (f->type == LENIENT_BOOL)
		take_bool(token, &t, out);
	else
		take_scalar(s, f->type, token, &t, out);
	return json_read_finish(s->json, token);
}

int
lenient_json_members(struct lenient_json *s, const struct lenient_field *fields, void *target)
{
	struct json_text key;
	int more;

	while ((more = json_read_member(s->json, &key)) > 0) {
		const struct lenient_field *f = fields;

		while (f->key && !json_text_is(&key, f->key))
			f++;
		if (f->key ? read_field(s, f, target) : json_read_skip(s->json))
			return -1;
	}
	return more;
}

int
lenient_json_object(struct lenient_json *s, const struct lenient_field *fields, void *target)
{
	if (lenient_json_open(s, JSON_OBJECT) || lenient_json_members(s, fields, target))
		return -1;
	return json_read_end(s->json);
}
