/* SPDX-License-Identifier: ISC */
#include "check/record_json.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "check/observations.h"
#include "check/record_shape.h"
#include "stream/cycle_read.h"

enum { NESTED_MAX = 60 }; /* a verdict puts two levels around it, and 64 is the end */

struct record_json {
	const struct observations *o;
	struct json_read *json;
	struct buf scratch;
	/* of the current record */
	struct json_write *w;
	const char *const *except;
	size_t except_count;
};

struct record_json *
record_json_open(const struct observations *o)
{
	struct record_json *s = mem_zero(1, sizeof *s);

	s->o = o;
	s->json = json_read_open();
	buf_init(&s->scratch, CYCLE_LINE_MAX);
	return s;
}

void
record_json_close(struct record_json *s)
{
	if (!s)
		return;
	json_read_close(s->json);
	buf_free(&s->scratch);
	free(s);
}

static bool
excepted(const struct record_json *s, const struct json_text *key)
{
	for (size_t i = 0; i < s->except_count; i++)
		if (json_text_is(key, s->except[i]))
			return true;
	return false;
}

/* A value with escapes is decoded, so that the writer makes it safe for a terminal. */
static const char *
plain(struct record_json *s, const struct json_text *t, size_t *len)
{
	*len = t->len;
	if (!t->escaped)
		return t->at;
	buf_clear(&s->scratch);
	json_text_append(t, &s->scratch); /* no longer than its line */
	*len = s->scratch.len;
	return s->scratch.data;
}

static void
write_key(struct record_json *s, const struct json_text *t)
{
	size_t len;
	const char *text = plain(s, t, &len);

	json_write_key_n(s->w, text, len);
}

static void
write_string(struct record_json *s, const struct json_text *t)
{
	size_t len;
	const char *text = plain(s, t, &len);

	json_write_string_n(s->w, text, len);
}

static bool
too_deep(const char *json, size_t len)
{
	unsigned depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < len && depth <= NESTED_MAX; i++) {
		if (quoted && json[i] == '\\')
			i++;
		else if (json[i] == '"')
			quoted = !quoted;
		else if (!quoted && (json[i] == '{' || json[i] == '['))
			depth++;
		else if (!quoted && (json[i] == '}' || json[i] == ']'))
			depth--;
	}
	return depth > NESTED_MAX;
}

static void
write_token(struct record_json *s, enum json_token token, const struct json_text *t)
{
	switch (token) {
	case JSON_OBJECT:
		json_write_object(s->w);
		break;
	case JSON_OBJECT_END:
		json_write_object_end(s->w);
		break;
	case JSON_ARRAY:
		json_write_array(s->w);
		break;
	case JSON_ARRAY_END:
		json_write_array_end(s->w);
		break;
	case JSON_KEY:
		write_key(s, t);
		break;
	case JSON_STRING:
		write_string(s, t);
		break;
	default:
		json_write_raw(s->w, t->at, t->len);
		break;
	}
}

/* A number, a literal, an object or an array. */
static void
write_value(struct record_json *s, const char *json, size_t len)
{
	enum json_token token;
	struct json_text t;

	if (*json != '{' && *json != '[') {
		json_write_raw(s->w, json, len);
		return;
	}
	if (too_deep(json, len)) {
		json_write_string_n(s->w, json, len);
		return;
	}
	json_read_start(s->json, json, len);
	while ((token = json_read_next(s->json, &t)) >
		JSON_DONE) /* it was checked when it was read */
		write_token(s, token, &t);
}

static void
write_shaped(struct record_json *s, const struct record_shape *shape, const char *at)
{
	for (size_t i = 0; i < shape->count; i++) {
		const struct record_shape_field *f = &shape->fields[i];
		struct json_text t = {0};

		t.at = arena_get_length(at, &t.len);
		at = t.at + t.len;
		if (excepted(s, &f->key))
			continue;
		write_key(s, &f->key);
		if (!f->is_text) {
			write_value(s, t.at, t.len);
			continue;
		}
		t.escaped = memchr(t.at, '\\', t.len) != NULL;
		write_string(s, &t);
	}
}

/* Writes the members of a line. Their values are spans, since writing them needs the reader. */
static void
write_line(struct record_json *s, const char *line, size_t len)
{
	struct json_read *j = json_read_open();
	struct json_text key, value;
	enum json_token token;
	const char *start;

	json_read_start(j, line, len);
	(void)json_read_enter(j, JSON_OBJECT); /* it was checked when it was read */
	while (json_read_member(j, &key) > 0) {
		token = json_read_next(j, &value);
		start = line + json_read_offset(j) - 1;
		(void)json_read_finish(j, token);
		if (excepted(s, &key))
			continue;
		write_key(s, &key);
		if (token == JSON_STRING)
			write_string(s, &value);
		else if (token == JSON_OBJECT || token == JSON_ARRAY)
			write_value(s, start, (size_t)(line + json_read_offset(j) - start));
		else
			json_write_raw(s->w, value.at, value.len);
	}
	json_read_close(j);
}

void
record_json_write(struct record_json *s, size_t kind, uint32_t row, const char *const *except,
	size_t except_count, struct json_write *w)
{
	const struct record_shape *shape;
	const char *at = observations_record(s->o, kind, row, &shape);
	size_t len;

	s->w = w;
	s->except = except;
	s->except_count = except_count;
	if (shape) {
		write_shaped(s, shape, at);
		return;
	}
	at = arena_get_length(at, &len);
	write_line(s, at, len);
}

size_t
record_json_size(const struct record_json *s, size_t kind, uint32_t row)
{
	const struct record_shape *shape;
	const char *at = observations_record(s->o, kind, row, &shape);
	size_t sum = 0, len;

	for (size_t i = 0; i < (shape ? shape->count : 1); i++) {
		at = arena_get_length(at, &len);
		at += len;
		sum += len + 8 + (shape ? shape->fields[i].key.len : 0);
	}
	return sum;
}
