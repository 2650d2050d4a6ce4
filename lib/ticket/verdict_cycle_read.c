/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/fault.h"
#include "base/hash.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "ticket/verdict_cycle.h"
#include "ticket/verdict_cycle_set.h"
#include "ticket/verdict_record.h"

enum {
	VERDICT_CYCLE_MAX = 1 << 22,
	FLAP_WINDOW_DEFAULT_S = 300, /* if a flap_count comes without its window */
};

/* Copies the value of a text into the cycle's memory. */
static struct span
keep(struct verdict_cycle *v, const struct json_text *t)
{
	char *copy;

	if (!t->at)
		return (struct span){NULL, 0};
	copy = arena_alloc(&v->texts, t->len);
	return (struct span){copy, json_text_decode(t, copy)};
}

/* The invariant that the record is about. */
static int
find_invariant(struct verdict_cycle *v, const struct verdict_record *r, uint32_t *invariant,
	struct fault *f)
{
	struct span name;

	if (!r->name.at)
		return fault_set(f, STATUS_DATA, "it has no invariant_name");
	name = r->name.escaped ? keep(v, &r->name) : (struct span){r->name.at, r->name.len};
	if (name.len == 0)
		return fault_set(f, STATUS_DATA, "invariant_name is empty");
	if (memchr(name.at, ':', name.len))
		return fault_set(f, STATUS_DATA, "invariant_name holds a colon");
	if (span_is(name, VERDICT_OWN_INVARIANT))
		return fault_set(
			f, STATUS_DATA, "invariant_name is the one that op-ticket itself checks");
	*invariant = verdict_cycle_set_invariant(v, name);
	return 0;
}

/* The new verdict, or NULL with the fault. */
static struct verdict *
add_verdict(
	struct verdict_cycle *v, uint32_t invariant, const struct json_text *id, struct fault *f)
{
	struct span store_id = {id->at, id->len};
	struct verdict *added = NULL;

	if (v->count == VERDICT_CYCLE_MAX) {
		fault_put(f, STATUS_DATA, "the cycle has more than 4,194,304 verdicts");
	} else if (arena_size(&v->texts) > VERDICT_CYCLE_BYTES_MAX) {
		fault_put(f, STATUS_DATA, "the cycle is larger than 256 MiB");
	} else {
		if (id->at && id->escaped)
			store_id = keep(v, id);
		added = verdict_cycle_set_add(v, invariant, id->at ? &store_id : NULL);
		if (!added)
			fault_put(f, STATUS_DATA, "its key occurs twice");
	}
	return added;
}

static int
add_violation(struct verdict_cycle *v, struct json_read *j, const struct verdict_record *r,
	uint32_t invariant, struct fault *f)
{
	struct verdict *added = add_verdict(v, invariant, &r->store_id, f);
	struct violation *n;

	(void)j;
	if (!added)
		return -1;
	n = verdict_cycle_set_violation(v, added);
	*n = (struct violation){
		.message = keep(v, &r->message),
		.snapshot = arena_copy(&v->texts, (struct span){r->snapshot.at, r->snapshot.len}),
		.doc = keep(v, &r->doc),
		.link = keep(v, &r->link),
		.severity = r->severity,
		.grace_ms = (int64_t)(r->grace_s * 1000 + 0.5),
		.flap_count = r->flap_count,
		.flap_window_s = r->flap_window_s,
	};
	if (n->flap_count > 0 && n->flap_window_s < 0)
		n->flap_window_s = FLAP_WINDOW_DEFAULT_S;
	v->invariants[invariant].known = true;
	return 0;
}

/* Adds the ids of a list. reason is the index of an unknown record's reason. */
static int
add_list(struct verdict_cycle *v, struct json_read *j, const struct verdict_record *r,
	uint32_t invariant, enum verdict_state state, uint32_t reason, struct fault *f)
{
	struct verdict *added;
	struct json_text t;
	enum json_token token;

	if (!r->ids.at)
		return fault_set(f, STATUS_DATA, "it has no store_ids");
	json_read_start(j, r->ids.at, r->ids.len);
	(void)json_read_enter(j, JSON_ARRAY); /* that it is one is known */
	while ((token = json_read_next(j, &t)) != JSON_ARRAY_END) {
		if (token == JSON_NULL)
			t = (struct json_text){.at = NULL};
		else if (token != JSON_STRING)
			return fault_set(f, STATUS_DATA,
				"store_ids holds something other than strings and null");
		added = add_verdict(v, invariant, &t, f);
		if (!added)
			return -1;
		added->state = state;
		added->reason = reason;
		v->invariants[invariant].known |= state == VERDICT_OK;
		v->invariants[invariant].unknown_count += state == VERDICT_UNKNOWN;
	}
	return 0;
}

static int
add_ok(struct verdict_cycle *v, struct json_read *j, const struct verdict_record *r,
	uint32_t invariant, struct fault *f)
{
	return add_list(v, j, r, invariant, VERDICT_OK, 0, f);
}

/* Formats what is missing for people: "missing a, b". Sets *text unless the array is empty. */
static int
join_missing(struct verdict_cycle *v, struct json_read *j, const struct json_text *missing,
	struct span *text, struct fault *f)
{
	static const char before[] = "missing ";
	/* each name loses its quotes and a comma, and gets a comma and a blank */
	char *out = arena_alloc(&v->texts, sizeof before + missing->len);
	size_t len = 0;
	enum json_token token;
	struct json_text t;

	json_read_start(j, missing->at, missing->len);
	(void)json_read_enter(j, JSON_ARRAY); /* that it is one is known */
	while ((token = json_read_next(j, &t)) != JSON_ARRAY_END) {
		if (token != JSON_STRING)
			return fault_set(
				f, STATUS_DATA, "missing holds something other than strings");
		memcpy(out + len, len ? ", " : before, len ? 2 : sizeof before - 1);
		len += len ? 2 : sizeof before - 1;
		len += json_text_decode(&t, out + len);
	}
	if (len)
		*text = (struct span){out, len};
	return 0;
}

static int
add_unknown(struct verdict_cycle *v, struct json_read *j, const struct verdict_record *r,
	uint32_t invariant, struct fault *f)
{
	struct unknown_reason reason = {.reason = keep(v, &r->reason)};

	if (r->missing.at && join_missing(v, j, &r->missing, &reason.text, f))
		return -1;
	if (reason.text.at)
		reason.missing = arena_copy(
			&v->texts, (struct span){r->missing.at, r->missing.len});
	if (reason.reason.at)
		reason.text = reason.reason;
	v->reasons = mem_grow(v->reasons, v->reason_count, &v->reason_cap, sizeof *v->reasons);
	v->reasons[v->reason_count] = reason;
	return add_list(v, j, r, invariant, VERDICT_UNKNOWN, (uint32_t)v->reason_count++, f);
}

static int
add_check(struct verdict_cycle *v, struct json_read *j, const struct verdict_record *r,
	uint32_t invariant, struct fault *f)
{
	struct invariant *i = &v->invariants[invariant];

	(void)j;
	if (!r->has_complete)
		return fault_set(f, STATUS_DATA, "it has no member \"complete\"");
	if (i->checked)
		return fault_set(f, STATUS_DATA, "its invariant has a check already");
	i->checked = true;
	i->complete = r->complete;
	if (!i->complete)
		i->error = keep(v, &r->error);
	return 0;
}

/* The function for each kind of record. */
static int (*const add[VERDICT_RECORD_KINDS])(struct verdict_cycle *v, struct json_read *j,
	const struct verdict_record *r, uint32_t invariant, struct fault *f) = {
	[VERDICT_RECORD_VIOLATION] = add_violation,
	[VERDICT_RECORD_OK] = add_ok,
	[VERDICT_RECORD_UNKNOWN] = add_unknown,
	[VERDICT_RECORD_CHECK] = add_check,
};

int
verdict_cycle_add(struct verdict_cycle *v, struct json_read *j, const struct json_text *kind_name,
	const char *line, size_t len, struct fault *f)
{
	struct verdict_record r;
	uint32_t invariant = 0;
	uint64_t *digest;

	if (verdict_record_read(&r, j, kind_name, line, len, f))
		return -1;
	hash_digest(v->digest, line, len, v->digest);
	if (!add[r.kind])
		return 0;
	if (find_invariant(v, &r, &invariant, f))
		return -1;
	digest = v->invariants[invariant].unknown_digest;
	if (r.kind == VERDICT_RECORD_UNKNOWN)
		hash_digest(digest, line, len, digest);
	return add[r.kind](v, j, &r, invariant, f);
}
