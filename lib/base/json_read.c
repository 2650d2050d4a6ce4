/* SPDX-License-Identifier: ISC */
#include "base/json_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/json_lex.h"
#include "base/mem.h"
#include "base/number.h"

/*
 * Duplicate keys: the keys of all open objects are on a stack, and a hash table
 * finds those of the innermost one. Keys are removed in reverse order, so deleting
 * from the open-addressed table only clears slots.
 */
enum {
	KEYS_MAX = 1 << 16,
	SLOTS = KEYS_MAX * 2,
	PROBES_MAX = 512, /* never reached with a secret hash key */
};

struct key {
	struct json_text text;
	uint32_t slot;
	uint32_t object; /* its object, as the height of the stack when that was opened */
};

enum expect { VALUE, FIRST_VALUE, FIRST_KEY, KEY, COMMA, END };

struct json_read {
	const char *text;
	const char *at;
	const char *end;
	const char *error;
	enum expect expect;
	unsigned depth;
	uint64_t is_object; /* a bit a level, the innermost lowest */
	uint32_t object;    /* index of the innermost object's first key */
	uint32_t key_count;
	uint32_t outer[JSON_DEPTH_MAX]; /* j->object of the levels outside */
	struct hash_key hash_key;
	struct key keys[KEYS_MAX];
	uint32_t slots[SLOTS]; /* index into keys, plus one */
};

/* Most of the reader is two tables that small texts never touch, and zeroed pages are free. */
struct json_read *
json_read_open(void)
{
	struct json_read *j = mem_zero(1, sizeof *j);

	j->hash_key = hash_key_draw();
	json_read_start(j, "", 0);
	return j;
}

void
json_read_close(struct json_read *j)
{
	free(j);
}

static void
forget_keys(struct json_read *j, uint32_t height)
{
	while (j->key_count > height)
		j->slots[j->keys[--j->key_count].slot] = 0;
}

void
json_read_start(struct json_read *j, const char *text, size_t len)
{
	forget_keys(j, 0);
	j->text = text ? text : "";
	j->at = j->text;
	j->end = j->text + len;
	j->error = NULL;
	j->expect = VALUE;
	j->depth = 0;
	j->object = 0;
}

static enum json_token
bad(struct json_read *j, const char *reason)
{
	if (!j->error)
		j->error = reason;
	return JSON_BAD;
}

uint32_t
json_read_hash(const struct json_read *j, const char *key, size_t len)
{
	return (uint32_t)hash_bytes(&j->hash_key, key, len);
}

/* As json_read_hash() of the decoded key, but without decoding it to memory. */
static uint32_t
hash_escaped(const struct json_read *j, const struct json_text *t)
{
	const char *at = t->at;
	struct hash h;

	hash_start(&h, &j->hash_key);
	while (at < t->at + t->len) {
		char piece[4];
		size_t len = json_lex_decode(&at, t->at + t->len, piece);

		hash_add(&h, piece, len);
	}
	return (uint32_t)hash_end(&h);
}

static bool
same_key(const struct json_text *a, const struct json_text *b)
{
	if (a->hash != b->hash)
		return false;
	if (!a->escaped && !b->escaped)
		return a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
	return json_lex_same(a, b);
}

static enum json_token
remember_key(struct json_read *j, struct json_text *t)
{
	uint32_t slot;

	t->hash = t->escaped ? hash_escaped(j, t) : json_read_hash(j, t->at, t->len);
	if (j->key_count == KEYS_MAX)
		return bad(j, "more than 65,536 keys");
	slot = (t->hash + j->object * 0x9e3779b1u) % SLOTS;
	for (int probes = 0; j->slots[slot]; slot = (slot + 1) % SLOTS) {
		const struct key *k = &j->keys[j->slots[slot] - 1];

		if (k->object == j->object && same_key(&k->text, t))
			return bad(j, "duplicate key");
		if (++probes > PROBES_MAX)
			return bad(j, "too many keys collide");
	}
	j->keys[j->key_count] = (struct key){.text = *t, .slot = slot, .object = j->object};
	j->slots[slot] = ++j->key_count;
	return JSON_KEY;
}

static int
fail(struct json_read *j, const char *reason)
{
	return bad(j, reason) == JSON_BAD ? -1 : 0;
}

static enum json_token
open_level(struct json_read *j, bool is_object)
{
	if (j->depth == JSON_DEPTH_MAX)
		return bad(j, "deeper than 64 levels");
	j->outer[j->depth++] = j->object;
	j->is_object = j->is_object << 1 | is_object;
	j->expect = is_object ? FIRST_KEY : FIRST_VALUE;
	if (is_object)
		j->object = j->key_count;
	return is_object ? JSON_OBJECT : JSON_ARRAY;
}

static enum json_token
close_level(struct json_read *j)
{
	bool is_object = j->is_object & 1;

	if (is_object)
		forget_keys(j, j->object);
	j->object = j->outer[--j->depth];
	j->is_object >>= 1;
	j->expect = j->depth ? COMMA : END;
	return is_object ? JSON_OBJECT_END : JSON_ARRAY_END;
}

static enum json_token
read_string(struct json_read *j, struct json_text *t)
{
	struct reject r;

	return json_lex_string(&j->at, j->end, t, &r) ? bad(j, r.reason) : JSON_STRING;
}

static enum json_token
read_number(struct json_read *j, struct json_text *t)
{
	const char *start = j->at;
	struct reject r;
	int result = json_lex_number(&j->at, j->end, &r);

	*t = (struct json_text){.at = start, .len = (size_t)(j->at - start)};
	return result ? bad(j, r.reason) : JSON_NUMBER;
}

static enum json_token
read_literal(struct json_read *j, struct json_text *t, const char *literal, enum json_token token)
{
	size_t len = strlen(literal);

	if ((size_t)(j->end - j->at) < len || memcmp(j->at, literal, len) != 0)
		return bad(j, "a value is expected");
	*t = (struct json_text){.at = j->at, .len = len};
	j->at += len;
	return token;
}

static enum json_token
read_value(struct json_read *j, struct json_text *t)
{
	enum json_token token;

	*t = (struct json_text){.at = j->at, .len = 1};
	switch (*j->at) {
	case '{':
		j->at++;
		return open_level(j, true);
	case '[':
		j->at++;
		return open_level(j, false);
	case '"':
		token = read_string(j, t);
		break;
	case 't':
		token = read_literal(j, t, "true", JSON_TRUE);
		break;
	case 'f':
		token = read_literal(j, t, "false", JSON_FALSE);
		break;
	case 'n':
		token = read_literal(j, t, "null", JSON_NULL);
		break;
	default:
		token = read_number(j, t);
		break;
	}
	j->expect = j->depth ? COMMA : END;
	return token;
}

static enum json_token
read_key(struct json_read *j, struct json_text *t)
{
	if (*j->at != '"')
		return bad(j, "a key is expected");
	if (read_string(j, t) == JSON_BAD || remember_key(j, t) == JSON_BAD)
		return JSON_BAD;
	j->at = json_lex_space(j->at, j->end);
	if (j->at == j->end || *j->at != ':')
		return bad(j, "a colon is expected");
	j->at++;
	j->expect = VALUE;
	return JSON_KEY;
}

static enum json_token
read_end(struct json_read *j, struct json_text *t)
{
	if (*j->at != ((j->is_object & 1) ? '}' : ']'))
		return bad(j, "a comma or the end of the level is expected");
	*t = (struct json_text){.at = j->at, .len = 1};
	j->at++;
	return close_level(j);
}

enum json_token
json_read_next(struct json_read *j, struct json_text *t)
{
	if (j->error)
		return JSON_BAD;
	j->at = json_lex_space(j->at, j->end);
	if (j->at == j->end)
		return j->expect == END ? JSON_DONE : bad(j, "the text ends too early");
	if (j->expect == COMMA) {
		if (*j->at != ',')
			return read_end(j, t);
		j->at = json_lex_space(j->at + 1, j->end);
		j->expect = (j->is_object & 1) ? KEY : VALUE;
		if (j->at == j->end)
			return bad(j, "the text ends too early");
	}
	switch (j->expect) {
	case FIRST_KEY:
		return *j->at == '}' ? read_end(j, t) : read_key(j, t);
	case KEY:
		return read_key(j, t);
	case FIRST_VALUE:
		return *j->at == ']' ? read_end(j, t) : read_value(j, t);
	case VALUE:
		return read_value(j, t);
	case COMMA:
	case END:
		break;
	}
	return bad(j, "bytes after the value");
}

const char *
json_read_error(const struct json_read *j)
{
	return j->error ? j->error : "no error";
}

size_t
json_read_offset(const struct json_read *j)
{
	return (size_t)(j->at - j->text);
}

int
json_read_enter(struct json_read *j, enum json_token open)
{
	struct json_text t;
	enum json_token token = json_read_next(j, &t);

	if (token == open)
		return 0;
	return fail(j, open == JSON_OBJECT ? "an object is expected" : "an array is expected");
}

int
json_read_member(struct json_read *j, struct json_text *key)
{
	enum json_token token = json_read_next(j, key);

	if (token == JSON_KEY)
		return 1;
	if (token == JSON_OBJECT_END)
		return 0;
	return fail(j, "a key is expected");
}

int
json_read_string(struct json_read *j, struct json_text *t)
{
	if (json_read_next(j, t) == JSON_STRING)
		return 0;
	return fail(j, "a string is expected");
}

int
json_read_number(struct json_read *j, double *out)
{
	struct json_text t;

	if (json_read_next(j, &t) == JSON_NUMBER && !number_double(t.at, t.len, out))
		return 0;
	return fail(j, "a number is expected");
}

int
json_read_i64(struct json_read *j, int64_t *out)
{
	struct json_text t;

	if (json_read_next(j, &t) == JSON_NUMBER &&
		!number_i64(t.at, t.len, INT64_MIN, INT64_MAX, out))
		return 0;
	return fail(j, "a whole number is expected");
}

int
json_read_bool(struct json_read *j, bool *out)
{
	struct json_text t;
	enum json_token token = json_read_next(j, &t);

	if (token == JSON_TRUE || token == JSON_FALSE) {
		*out = token == JSON_TRUE;
		return 0;
	}
	return fail(j, "true or false is expected");
}

int
json_read_finish(struct json_read *j, enum json_token token)
{
	struct json_text t;
	unsigned depth;

	if (token == JSON_BAD)
		return -1;
	if (token != JSON_OBJECT && token != JSON_ARRAY)
		return 0;
	for (depth = j->depth - 1; j->depth > depth;)
		if (json_read_next(j, &t) == JSON_BAD)
			return -1;
	return 0;
}

int
json_read_raw(struct json_read *j, struct json_text *span)
{
	enum json_token token = json_read_next(j, span);
	const char *start = j->at - 1;

	if (token == JSON_KEY || token == JSON_DONE || token == JSON_OBJECT_END ||
		token == JSON_ARRAY_END)
		token = bad(j, "a value is expected");
	if (token == JSON_STRING) {
		span->at--;
		span->len += 2;
		return 0;
	}
	if (token != JSON_OBJECT && token != JSON_ARRAY)
		return token == JSON_BAD ? -1 : 0;
	if (json_read_finish(j, token))
		return -1;
	*span = (struct json_text){.at = start, .len = (size_t)(j->at - start)};
	return 0;
}

int
json_read_skip(struct json_read *j)
{
	struct json_text span;

	return json_read_raw(j, &span);
}

int
json_read_end(struct json_read *j)
{
	struct json_text t;

	if (json_read_next(j, &t) == JSON_DONE)
		return 0;
	return fail(j, "bytes after the value");
}
