/* SPDX-License-Identifier: ISC */
#include "scrape/lenient_json.h"

#include <math.h>

#include "base/number.h"
#include "scrape/go_units.h"

int
lenient_json_open(struct lenient_json *s, enum json_token open)
{
	json_read_start(s->json, s->text, s->len);
	return json_read_enter(s->json, open);
}

struct span
lenient_json_decode(struct lenient_json *s, const struct json_text *t)
{
	char *at = s->text + (t->at - s->text);

	return (struct span){at, t->escaped ? json_text_decode(t, at) : t->len};
}

/* 1 where the next value is a `want`, 0 where it was another and is passed over, -1. */
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
lenient_json_u64(struct lenient_json *s, uint64_t *out)
{
	struct json_text t;
	int got = next_is(s, JSON_NUMBER, &t);

	if (got > 0)
		(void)number_u64(
			t.at, t.len, UINT64_MAX, out); /* another number: it stays as it was */
	return got < 0 ? -1 : 0;
}

int
lenient_json_i64(struct lenient_json *s, int64_t *out)
{
	struct json_text t;
	int got = next_is(s, JSON_NUMBER, &t);

	if (got > 0)
		(void)number_i64(t.at, t.len, INT64_MIN, INT64_MAX, out); /* as above */
	return got < 0 ? -1 : 0;
}

int
lenient_json_double(struct lenient_json *s, double *out)
{
	struct json_text t;
	enum json_token token = json_read_next(s->json, &t);

	if (token == JSON_STRING || token == JSON_NUMBER) {
		(void)number_double(t.at, t.len, out); /* as above */
		return 0;
	}
	return token == JSON_BAD ? -1 : json_read_finish(s->json, token);
}

int
lenient_json_bool(struct lenient_json *s, bool *out)
{
	struct json_text t;
	enum json_token token = json_read_next(s->json, &t);

	if (token == JSON_TRUE || token == JSON_FALSE)
		*out = token == JSON_TRUE;
	else if (token == JSON_STRING && (json_text_is(&t, "true") || json_text_is(&t, "false")))
		*out = json_text_is(&t, "true");
	else
		return token == JSON_BAD ? -1 : json_read_finish(s->json, token);
	return 0;
}

int
lenient_json_bytes(struct lenient_json *s, uint64_t *out)
{
	struct span text = {0};

	if (lenient_json_text(s, &text))
		return -1;
	if (text.at)
		(void)go_units_bytes(text.at, text.len, out); /* as above */
	return 0;
}

int
lenient_json_go_duration(struct lenient_json *s, int64_t *ms)
{
	struct span text = {0};

	if (lenient_json_text(s, &text))
		return -1;
	if (text.at)
		(void)go_units_duration(text.at, text.len, ms); /* as above */
	return 0;
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
