/* SPDX-License-Identifier: ISC */
#include "report/record.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/intern.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/timestamp.h"

enum { SHARED_MAX = 4096 }; /* longer texts rarely repeat */

void
record_open(struct record *r, struct arena *texts)
{
	*r = (struct record){.texts = texts};
	r->json = json_read_open();
	r->shared = intern_open();
}

void
record_close(struct record *r)
{
	json_read_close(r->json);
	intern_close(r->shared);
	free(r->shared_texts);
}

static struct span
decode(struct record *r, const struct json_text *t)
{
	char *room = arena_alloc(r->texts, t->len);
	size_t len = json_text_decode(t, room);

	return (struct span){room, len};
}

/* Texts with escapes are too rare to share. */
static struct span
share(struct record *r, const struct json_text *t)
{
	size_t before = intern_count(r->shared);
	struct span written = {t->at, t->len};
	uint32_t number;

	if (t->escaped || t->len > SHARED_MAX)
		return decode(r, t);
	number = intern_add(r->shared, written);
	if (number == INTERN_NONE)
		return arena_copy(r->texts, written);
	if (number < before)
		return r->shared_texts[number];
	r->shared_texts = mem_grow(
		r->shared_texts, number, &r->shared_cap, sizeof *r->shared_texts);
	r->shared_texts[number] = arena_copy(r->texts, written);
	return r->shared_texts[number];
}

static int
wrong(const struct field *field, const char *wanted, struct fault *f)
{
	return fault_set(f, STATUS_DATA, "%s is not %s", field->key, wanted);
}

static int
take_text(struct record *r, const struct field *field, enum json_token token,
	const struct json_text *t, struct span *out, struct fault *f)
{
	if (token == JSON_NUMBER)
		*out = arena_copy(r->texts, (struct span){t->at, t->len});
	else if (token != JSON_STRING)
		return wrong(field, "a string", f);
	else
		*out = field->type == FIELD_SHARED ? share(r, t) : decode(r, t);
	return 0;
}

/* Stores a scalar, whose token has been read. */
static int
take_scalar(struct record *r, const struct field *field, enum json_token token,
	const struct json_text *t, char *member, struct fault *f)
{
	switch (field->type) {
	case FIELD_TIME:
		if (token != JSON_STRING ||
			timestamp_parse(t->at, t->len, (int64_t *)(void *)member))
			return wrong(field, "an RFC 3339 time in UTC", f);
		return 0;
	case FIELD_NUMBER:
		if (token != JSON_NUMBER ||
			number_i64(t->at, t->len, INT64_MIN, INT64_MAX, (int64_t *)(void *)member))
			return wrong(field, "an integer", f);
		return 0;
	case FIELD_BOOL:
		if (token != JSON_TRUE && token != JSON_FALSE)
			return wrong(field, "true or false", f);
		*(bool *)(void *)member = token == JSON_TRUE;
		return 0;
	default:
		return take_text(r, field, token, t, (struct span *)(void *)member, f);
	}
}

static int
bad(struct record *r, struct fault *f)
{
	return fault_set(f, STATUS_DATA, "%s", json_read_error(r->json));
}

static int
take_each(struct record *r, const struct field *field, struct fault *f)
{
	struct json_text t;
	enum json_token token = json_read_next(r->json, &t);

	if (token == JSON_NULL)
		return 0;
	if (token != JSON_ARRAY)
		return token == JSON_BAD ? bad(r, f) : wrong(field, "an array", f);
	while ((token = json_read_next(r->json, &t)) == JSON_OBJECT)
		if (r->each(r, r->context, f))
			return -1;
	if (token == JSON_BAD)
		return bad(r, f);
	return token == JSON_ARRAY_END ? 0 : wrong(field, "an array of objects", f);
}

static int
take_raw(struct record *r, const struct field *field, struct span *out, struct fault *f)
{
	char first = field->type == FIELD_OBJECT ? '{' : '[';
	struct json_text t;

	if (json_read_raw(r->json, &t))
		return bad(r, f);
	if (t.len && *t.at == first)
		*out = arena_copy(r->texts, (struct span){t.at, t.len});
	else if (t.len && *t.at != 'n')
		return wrong(field, first == '{' ? "an object" : "an array", f);
	return 0;
}

static int
take(struct record *r, const struct field *field, char *out, struct fault *f)
{
	char *member = out + field->offset;
	struct json_text t;
	enum json_token token;

	if (field->type == FIELD_EACH)
		return take_each(r, field, f);
	if (field->type == FIELD_OBJECT || field->type == FIELD_ARRAY)
		return take_raw(r, field, (struct span *)(void *)member, f);
	token = json_read_next(r->json, &t);
	if (token == JSON_BAD)
		return bad(r, f);
	return token == JSON_NULL ? 0 : take_scalar(r, field, token, &t, member, f);
}

static const struct field *
find(const struct field *fields, size_t count, const struct json_text *key)
{
	for (size_t i = 0; i < count; i++)
		if (json_text_is(key, fields[i].key))
			return &fields[i];
	return NULL;
}

int
record_members(
	struct record *r, const struct field *fields, size_t count, void *out, struct fault *f)
{
	struct json_text key;
	int more;

	while ((more = json_read_member(r->json, &key)) > 0) {
		const struct field *field = find(fields, count, &key);

		if (!field && json_read_skip(r->json))
			return bad(r, f);
		if (field && take(r, field, out, f))
			return -1;
	}
	return more < 0 ? bad(r, f) : 0;
}

int
record_line(struct record *r, struct span line, const struct field *fields, size_t count, void *out,
	struct fault *f)
{
	json_read_start(r->json, line.at, line.len);
	if (json_read_enter(r->json, JSON_OBJECT))
		return bad(r, f);
	if (record_members(r, fields, count, out, f))
		return -1;
	return json_read_end(r->json) ? bad(r, f) : 0;
}
