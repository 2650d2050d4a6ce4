/* SPDX-License-Identifier: ISC */
#include "ticket/verdict_record.h"

#include "base/json_read.h"
#include "base/number.h"

enum { FLAP_COUNT_MAX = 1000000000 };

static const double duration_max_s = 100.0 * 365.25 * 86400;

/* A member that may be null, which is as if it were not there: 1 value, 0 null, -1 bad. */
static int
next_optional(struct json_read *j, enum json_token type, struct json_text *t)
{
	enum json_token token = json_read_next(j, t);

	if (token == JSON_NULL)
		return 0;
	return token == type ? 1 : -1;
}

static const char *
take_name(struct json_read *j, struct verdict_record *r)
{
	if (json_read_string(j, &r->name))
		return "invariant_name is not a string";
	return NULL;
}

static const char *
take_text(struct json_read *j, struct json_text *out, const char *why)
{
	struct json_text t;
	int got = next_optional(j, JSON_STRING, &t);

	if (got > 0)
		*out = t;
	return got < 0 ? why : NULL;
}

static const char *
take_seconds(struct json_read *j, double *out, const char *why)
{
	struct json_text t;
	double n;
	int got = next_optional(j, JSON_NUMBER, &t);

	if (got == 0)
		return NULL;
	if (got < 0 || number_double(t.at, t.len, &n) || n < 0 || n > duration_max_s)
		return why;
	*out = n;
	return NULL;
}

static const char *
take_flap_count(struct json_read *j, struct verdict_record *r)
{
	struct json_text t;
	double n;
	int got = next_optional(j, JSON_NUMBER, &t);

	if (got == 0)
		return NULL;
	if (got < 0 || number_double(t.at, t.len, &n) || n < 0 || n > FLAP_COUNT_MAX ||
		n != (double)(int64_t)n)
		return "flap_count is not a count";
	r->flap_count = (int64_t)n;
	return NULL;
}

static const char *
take_severity(struct json_read *j, struct verdict_record *r)
{
	static const char why[] = "severity is not info, warning or critical";
	struct json_text t;
	int got = next_optional(j, JSON_STRING, &t);
	char text[JSON_ESCAPE_MAX * sizeof "critical"];

	if (got == 0)
		return NULL;
	if (got < 0 || t.len > sizeof text)
		return why;
	r->severity = severity_find(text, json_text_decode(&t, text));
	return r->severity == SEVERITY_NONE ? why : NULL;
}

static const char *
take_snapshot(struct json_read *j, struct verdict_record *r)
{
	struct json_text span;

	if (json_read_raw(j, &span))
		return json_read_error(j);
	if (*span.at == '{')
		r->snapshot = span;
	else if (*span.at != 'n')
		return "metric_snapshot is not an object";
	return NULL;
}

static const char *
take_ids(struct json_read *j, struct verdict_record *r)
{
	if (json_read_raw(j, &r->ids))
		return json_read_error(j);
	return *r->ids.at == '[' ? NULL : "store_ids is not an array";
}

static const char *
take_missing(struct json_read *j, struct verdict_record *r)
{
	struct json_text span;

	if (json_read_raw(j, &span))
		return json_read_error(j);
	if (*span.at == '[')
		r->missing = span;
	else if (*span.at != 'n')
		return "missing is not an array";
	return NULL;
}

static const char *
skip(struct json_read *j)
{
	return json_read_skip(j) ? json_read_error(j) : NULL;
}

static const char *
violation_member(struct json_read *j, const struct json_text *key, struct verdict_record *r)
{
	if (json_text_is(key, "invariant_name"))
		return take_name(j, r);
	if (json_text_is(key, "store_id"))
		return take_text(j, &r->store_id, "store_id is neither a string nor null");
	if (json_text_is(key, "severity"))
		return take_severity(j, r);
	if (json_text_is(key, "message"))
		return take_text(j, &r->message, "message is not a string");
	if (json_text_is(key, "grace_s"))
		return take_seconds(j, &r->grace_s, "grace_s is not a duration in seconds");
	if (json_text_is(key, "flap_count"))
		return take_flap_count(j, r);
	if (json_text_is(key, "flap_window_s"))
		return take_seconds(
			j, &r->flap_window_s, "flap_window_s is not a duration in seconds");
	if (json_text_is(key, "metric_snapshot"))
		return take_snapshot(j, r);
	if (json_text_is(key, "doc"))
		return take_text(j, &r->doc, "doc is not a string");
	if (json_text_is(key, "link"))
		return take_text(j, &r->link, "link is not a string");
	return skip(j);
}

static const char *
list_member(struct json_read *j, const struct json_text *key, struct verdict_record *r)
{
	if (json_text_is(key, "invariant_name"))
		return take_name(j, r);
	if (json_text_is(key, "store_ids"))
		return take_ids(j, r);
	return skip(j);
}

static const char *
unknown_member(struct json_read *j, const struct json_text *key, struct verdict_record *r)
{
	if (json_text_is(key, "reason"))
		return take_text(j, &r->reason, "reason is not a string");
	if (json_text_is(key, "missing"))
		return take_missing(j, r);
	return list_member(j, key, r);
}

static const char *
check_member(struct json_read *j, const struct json_text *key, struct verdict_record *r)
{
	if (json_text_is(key, "invariant_name"))
		return take_name(j, r);
	if (json_text_is(key, "error"))
		return take_text(j, &r->error, "error is not a string");
	if (!json_text_is(key, "complete"))
		return skip(j);
	r->has_complete = true;
	return json_read_bool(j, &r->complete) ? "complete is neither true nor false" : NULL;
}

static const char *
other_member(struct json_read *j, const struct json_text *key, struct verdict_record *r)
{
	(void)key;
	(void)r;
	return skip(j);
}

/* How the members of each kind are read. */
static const struct {
	const char *name;
	const char *(*member)(
		struct json_read *j, const struct json_text *key, struct verdict_record *r);
} kinds[VERDICT_RECORD_KINDS] = {
	[VERDICT_RECORD_OTHER] = {"", other_member},
	[VERDICT_RECORD_VIOLATION] = {"violation", violation_member},
	[VERDICT_RECORD_OK] = {"ok", list_member},
	[VERDICT_RECORD_UNKNOWN] = {"unknown", unknown_member},
	[VERDICT_RECORD_CHECK] = {"check", check_member},
};

static enum verdict_record_kind
find_kind(const struct json_text *name)
{
	for (int i = VERDICT_RECORD_VIOLATION; i < VERDICT_RECORD_KINDS; i++)
		if (json_text_is(name, kinds[i].name))
			return (enum verdict_record_kind)i;
	return VERDICT_RECORD_OTHER;
}

const char *
verdict_record_read(struct verdict_record *r, struct json_read *j,
	const struct json_text *kind_name, const char *line, size_t len)
{
	struct json_text key;
	const char *why = NULL;
	int more = 0;

	*r = (struct verdict_record){.severity = SEVERITY_WARNING, .flap_window_s = -1};
	r->kind = find_kind(kind_name);
	json_read_start(j, line, len);
	if (json_read_enter(j, JSON_OBJECT))
		return json_read_error(j);
	while (!why && (more = json_read_member(j, &key)) > 0)
		why = kinds[r->kind].member(j, &key, r);
	if (!why && (more < 0 || json_read_end(j)))
		why = json_read_error(j);
	return why;
}
