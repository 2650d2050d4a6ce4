/* SPDX-License-Identifier: ISC */
#include "ticket/verdict_record.h"

#include "base/fault.h"
#include "base/json_read.h"
#include "base/number.h"

enum { FLAP_COUNT_MAX = 1000000000 };

static const double duration_max_s = 100.0 * 365.25 * 86400;

static int
bad_json(const struct json_read *j, struct fault *f)
{
	return fault_set(f, STATUS_DATA, "%s", json_read_error(j));
}

/* Reads a member that may be null, which means absent: 1 value, 0 null, -1 bad. */
static int
next_optional(struct json_read *j, enum json_token type, struct json_text *t)
{
	enum json_token token = json_read_next(j, t);

	if (token == JSON_NULL)
		return 0;
	return token == type ? 1 : -1;
}

static int
take_name(struct json_read *j, struct verdict_record *r, struct fault *f)
{
	if (json_read_string(j, &r->name))
		return fault_set(f, STATUS_DATA, "invariant_name is not a string");
	return 0;
}

static int
take_text(struct json_read *j, struct json_text *out, const char *reason, struct fault *f)
{
	struct json_text t;
	int got = next_optional(j, JSON_STRING, &t);

	if (got > 0)
		*out = t;
	return got < 0 ? fault_set(f, STATUS_DATA, "%s", reason) : 0;
}

static int
take_seconds(struct json_read *j, double *out, const char *reason, struct fault *f)
{
	struct json_text t;
	double n;
	int got = next_optional(j, JSON_NUMBER, &t);

	if (got == 0)
		return 0;
	if (got < 0 || number_double(t.at, t.len, &n) || n < 0 || n > duration_max_s)
		return fault_set(f, STATUS_DATA, "%s", reason);
	*out = n;
	return 0;
}

static int
take_flap_count(struct json_read *j, struct verdict_record *r, struct fault *f)
{
	struct json_text t;
	double n;
	int got = next_optional(j, JSON_NUMBER, &t);

	if (got == 0)
		return 0;
	if (got < 0 || number_double(t.at, t.len, &n) || n < 0 || n > FLAP_COUNT_MAX ||
		n != (double)(int64_t)n)
		return fault_set(f, STATUS_DATA, "flap_count is not a count");
	r->flap_count = (int64_t)n;
	return 0;
}

static int
take_severity(struct json_read *j, struct verdict_record *r, struct fault *f)
{
	struct json_text t;
	int got = next_optional(j, JSON_STRING, &t);
	char text[JSON_ESCAPE_MAX * sizeof "critical"];
	size_t len = 0;

	if (got == 0)
		return 0;
	if (got > 0 && t.len <= sizeof text)
		len = json_text_decode(&t, text);
	r->severity = len ? severity_find(text, len) : SEVERITY_NONE;
	if (r->severity == SEVERITY_NONE)
		return fault_set(f, STATUS_DATA, "severity is not info, warning or critical");
	return 0;
}

static int
take_snapshot(struct json_read *j, struct verdict_record *r, struct fault *f)
{
	struct json_text span;

	if (json_read_raw(j, &span))
		return bad_json(j, f);
	if (*span.at == '{')
		r->snapshot = span;
	else if (*span.at != 'n')
		return fault_set(f, STATUS_DATA, "metric_snapshot is not an object");
	return 0;
}

static int
take_ids(struct json_read *j, struct verdict_record *r, struct fault *f)
{
	if (json_read_raw(j, &r->ids))
		return bad_json(j, f);
	return *r->ids.at == '[' ? 0 : fault_set(f, STATUS_DATA, "store_ids is not an array");
}

static int
take_missing(struct json_read *j, struct verdict_record *r, struct fault *f)
{
	struct json_text span;

	if (json_read_raw(j, &span))
		return bad_json(j, f);
	if (*span.at == '[')
		r->missing = span;
	else if (*span.at != 'n')
		return fault_set(f, STATUS_DATA, "missing is not an array");
	return 0;
}

static int
skip(struct json_read *j, struct fault *f)
{
	return json_read_skip(j) ? bad_json(j, f) : 0;
}

static int
violation_member(
	struct json_read *j, const struct json_text *key, struct verdict_record *r, struct fault *f)
{
	if (json_text_is(key, "invariant_name"))
		return take_name(j, r, f);
	if (json_text_is(key, "store_id"))
		return take_text(j, &r->store_id, "store_id is neither a string nor null", f);
	if (json_text_is(key, "severity"))
		return take_severity(j, r, f);
	if (json_text_is(key, "message"))
		return take_text(j, &r->message, "message is not a string", f);
	if (json_text_is(key, "grace_s"))
		return take_seconds(j, &r->grace_s, "grace_s is not a duration in seconds", f);
	if (json_text_is(key, "flap_count"))
		return take_flap_count(j, r, f);
	if (json_text_is(key, "flap_window_s"))
		return take_seconds(
			j, &r->flap_window_s, "flap_window_s is not a duration in seconds", f);
	if (json_text_is(key, "metric_snapshot"))
		return take_snapshot(j, r, f);
	if (json_text_is(key, "doc"))
		return take_text(j, &r->doc, "doc is not a string", f);
	if (json_text_is(key, "link"))
		return take_text(j, &r->link, "link is not a string", f);
	return skip(j, f);
}

static int
list_member(
	struct json_read *j, const struct json_text *key, struct verdict_record *r, struct fault *f)
{
	if (json_text_is(key, "invariant_name"))
		return take_name(j, r, f);
	if (json_text_is(key, "store_ids"))
		return take_ids(j, r, f);
	return skip(j, f);
}

static int
unknown_member(
	struct json_read *j, const struct json_text *key, struct verdict_record *r, struct fault *f)
{
	if (json_text_is(key, "reason"))
		return take_text(j, &r->reason, "reason is not a string", f);
	if (json_text_is(key, "missing"))
		return take_missing(j, r, f);
	return list_member(j, key, r, f);
}

static int
check_member(
	struct json_read *j, const struct json_text *key, struct verdict_record *r, struct fault *f)
{
	if (json_text_is(key, "invariant_name"))
		return take_name(j, r, f);
	if (json_text_is(key, "error"))
		return take_text(j, &r->error, "error is not a string", f);
	if (!json_text_is(key, "complete"))
		return skip(j, f);
	r->has_complete = true;
	if (json_read_bool(j, &r->complete))
		return fault_set(f, STATUS_DATA, "complete is neither true nor false");
	return 0;
}

static int
other_member(
	struct json_read *j, const struct json_text *key, struct verdict_record *r, struct fault *f)
{
	(void)key;
	(void)r;
	return skip(j, f);
}

/* How the members of each kind are read. */
static const struct {
	const char *name;
	int (*member)(struct json_read *j, const struct json_text *key, struct verdict_record *r,
		struct fault *f);
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

int
verdict_record_read(struct verdict_record *r, struct json_read *j,
	const struct json_text *kind_name, const char *line, size_t len, struct fault *f)
{
	struct json_text key;
	int more;

	*r = (struct verdict_record){.severity = SEVERITY_WARNING, .flap_window_s = -1};
	r->kind = find_kind(kind_name);
	json_read_start(j, line, len);
	if (json_read_enter(j, JSON_OBJECT))
		return bad_json(j, f);
	while ((more = json_read_member(j, &key)) > 0)
		if (kinds[r->kind].member(j, &key, r, f))
			return -1;
	return more < 0 || json_read_end(j) ? bad_json(j, f) : 0;
}
