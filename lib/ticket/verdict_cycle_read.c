/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/hash.h"
#include "base/json_read.h"
#include "base/number.h"
#include "ticket/verdict_cycle.h"
#include "ticket/verdict_cycle_set.h"

enum {
	VERDICT_CYCLE_MAX = 1 << 22,
	FLAP_COUNT_MAX = 1000000000,
	FLAP_WINDOW_DEFAULT_S = 300, /* where a flap_count comes without its window */
};

static const double duration_max_s = 100.0 * 365.25 * 86400;

/* What a record says, before it is known to be good to its end. at is NULL where it says nothing.
 */
struct record {
	struct json_text name;
	struct json_text store_id;
	struct json_text ids;
	struct json_text message;
	struct json_text snapshot;
	enum severity severity;
	double grace_s;
	double flap_window_s;
	int64_t flap_count;
	bool complete, has_complete;
};

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
take_name(struct json_read *j, struct record *r)
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
take_flap_count(struct json_read *j, struct record *r)
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
take_severity(struct json_read *j, struct record *r)
{
	static const char why[] = "severity is not info, warning or critical";
	struct json_text t;
	int got = next_optional(j, JSON_STRING, &t);
	char text[16];

	if (got == 0)
		return NULL;
	if (got < 0 || t.len > sizeof text)
		return why;
	r->severity = severity_find(text, json_text_decode(&t, text));
	return r->severity == SEVERITY_NONE ? why : NULL;
}

static const char *
take_snapshot(struct json_read *j, struct record *r)
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
take_ids(struct json_read *j, struct record *r)
{
	if (json_read_raw(j, &r->ids))
		return json_read_error(j);
	return *r->ids.at == '[' ? NULL : "store_ids is not an array";
}

static const char *
skip(struct json_read *j)
{
	return json_read_skip(j) ? json_read_error(j) : NULL;
}

static const char *
violation_member(struct json_read *j, const struct json_text *key, struct record *r)
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
	return skip(j);
}

static const char *
list_member(struct json_read *j, const struct json_text *key, struct record *r)
{
	if (json_text_is(key, "invariant_name"))
		return take_name(j, r);
	if (json_text_is(key, "store_ids"))
		return take_ids(j, r);
	return skip(j);
}

static const char *
check_member(struct json_read *j, const struct json_text *key, struct record *r)
{
	if (json_text_is(key, "invariant_name"))
		return take_name(j, r);
	if (!json_text_is(key, "complete"))
		return skip(j);
	r->has_complete = true;
	return json_read_bool(j, &r->complete) ? "complete is neither true nor false" : NULL;
}

static const char *
other_member(struct json_read *j, const struct json_text *key, struct record *r)
{
	(void)key;
	(void)r;
	return skip(j);
}

/* The value of a text, in the cycle's memory. */
static struct span
keep(struct verdict_cycle *v, const struct json_text *t)
{
	char *copy;

	if (!t->at)
		return (struct span){NULL, 0};
	copy = arena_alloc(&v->texts, t->len);
	return (struct span){copy, json_text_decode(t, copy)};
}

/* JSON as it was written. */
static struct span
keep_raw(struct verdict_cycle *v, const struct json_text *t)
{
	char *copy;

	if (!t->at)
		return (struct span){NULL, 0};
	copy = arena_alloc(&v->texts, t->len);
	memcpy(copy, t->at, t->len);
	return (struct span){copy, t->len};
}

/* The invariant that the record is about. */
static const char *
find_invariant(struct verdict_cycle *v, const struct record *r, uint32_t *invariant)
{
	struct span name;

	if (!r->name.at)
		return "it has no invariant_name";
	name = r->name.escaped ? keep(v, &r->name) : (struct span){r->name.at, r->name.len};
	if (name.len == 0)
		return "invariant_name is empty";
	if (memchr(name.at, ':', name.len))
		return "invariant_name holds a colon";
	*invariant = verdict_cycle_set_invariant(v, name);
	return NULL;
}

static const char *
add_verdict(struct verdict_cycle *v, uint32_t invariant, const struct json_text *id,
	struct verdict **added)
{
	struct span store_id = {id->at, id->len};

	if (v->count == VERDICT_CYCLE_MAX)
		return "the cycle has more than 4,194,304 verdicts";
	if (arena_size(&v->texts) > VERDICT_CYCLE_BYTES_MAX)
		return "the cycle is larger than 256 MiB";
	if (id->at && id->escaped)
		store_id = keep(v, id);
	*added = verdict_cycle_set_add(v, invariant, id->at ? &store_id : NULL);
	return *added ? NULL : "its key is there already";
}

static const char *
add_violation(
	struct verdict_cycle *v, struct json_read *j, const struct record *r, uint32_t invariant)
{
	struct verdict *added;
	const char *why = add_verdict(v, invariant, &r->store_id, &added);
	struct violation *n;

	(void)j;
	if (why)
		return why;
	n = verdict_cycle_set_violation(v, added);
	*n = (struct violation){
		.message = keep(v, &r->message),
		.snapshot = keep_raw(v, &r->snapshot),
		.severity = r->severity,
		.grace_ms = (int64_t)(r->grace_s * 1000 + 0.5),
		.flap_count = r->flap_count,
		.flap_window_s = r->flap_window_s,
	};
	if (n->flap_count > 0 && n->flap_window_s < 0)
		n->flap_window_s = FLAP_WINDOW_DEFAULT_S;
	return NULL;
}

static const char *
add_list(struct verdict_cycle *v, struct json_read *j, const struct record *r, uint32_t invariant,
	enum verdict_state state)
{
	struct verdict *added;
	struct json_text t;
	enum json_token token;
	const char *why;

	if (!r->ids.at)
		return "it has no store_ids";
	json_read_start(j, r->ids.at, r->ids.len);
	(void)json_read_enter(j, JSON_ARRAY); /* that it is one is known */
	while ((token = json_read_next(j, &t)) != JSON_ARRAY_END) {
		if (token == JSON_NULL)
			t = (struct json_text){.at = NULL};
		else if (token != JSON_STRING)
			return "store_ids holds something else than strings and null";
		why = add_verdict(v, invariant, &t, &added);
		if (why)
			return why;
		added->state = state;
		v->unknown_count += state == VERDICT_UNKNOWN;
	}
	return NULL;
}

static const char *
add_ok(struct verdict_cycle *v, struct json_read *j, const struct record *r, uint32_t invariant)
{
	return add_list(v, j, r, invariant, VERDICT_OK);
}

static const char *
add_unknown(
	struct verdict_cycle *v, struct json_read *j, const struct record *r, uint32_t invariant)
{
	return add_list(v, j, r, invariant, VERDICT_UNKNOWN);
}

static const char *
add_check(struct verdict_cycle *v, struct json_read *j, const struct record *r, uint32_t invariant)
{
	struct invariant *i = &v->invariants[invariant];

	(void)j;
	if (!r->has_complete)
		return "it does not say whether it is complete";
	if (i->checked)
		return "its invariant has a check already";
	i->checked = true;
	i->complete = r->complete;
	return NULL;
}

/* A kind of record: how its members are read, and what becomes of it. */
struct kind {
	const char *name;
	const char *(*member)(struct json_read *j, const struct json_text *key, struct record *r);
	const char *(*add)(struct verdict_cycle *v, struct json_read *j, const struct record *r,
		uint32_t invariant);
};

static const struct kind *
find_kind(const struct json_text *name)
{
	static const struct kind kinds[] = {
		{"violation", violation_member, add_violation},
		{"ok", list_member, add_ok},
		{"unknown", list_member, add_unknown},
		{"check", check_member, add_check},
	};
	static const struct kind other = {"", other_member, NULL};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (json_text_is(name, kinds[i].name))
			return &kinds[i];
	return &other;
}

const char *
verdict_cycle_add(struct verdict_cycle *v, struct json_read *j, const struct json_text *kind_name,
	const char *line, size_t len)
{
	const struct kind *kind = find_kind(kind_name);
	struct record r = {.severity = SEVERITY_WARNING, .flap_window_s = -1};
	struct json_text key;
	const char *why = NULL;
	uint32_t invariant;
	int more = 0;

	json_read_start(j, line, len);
	if (json_read_enter(j, JSON_OBJECT))
		return json_read_error(j);
	while (!why && (more = json_read_member(j, &key)) > 0)
		why = kind->member(j, &key, &r);
	if (!why && (more < 0 || json_read_end(j)))
		why = json_read_error(j);
	hash_digest(v->digest, line, len, v->digest);
	if (why || !kind->add)
		return why;
	why = find_invariant(v, &r, &invariant);
	return why ? why : kind->add(v, j, &r, invariant);
}
