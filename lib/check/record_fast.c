/* SPDX-License-Identifier: ISC */
#include "check/record_fast.h"

#include <string.h>

#include "base/arena.h"
#include "base/json_lex.h"
#include "base/json_read.h"
#include "check/kind_rows.h"
#include "check/record_shape.h"

enum {
	DIGITS_MAX = 18, /* such a number fits into an int64_t */
	NESTED_MAX =
		32, /* brackets of a value here; what may be deeper is left to lib/base/json_read */
	SLACK = 16, /* more room than a line is long */
	EXACT_POWER = 22, /* powers of ten that are exact doubles */
};

/* A value in the line: its place, its type, and its number. */
struct met {
	enum json_token token;
	struct json_text text;
	bool is_known; /* integer or real is set */
	bool is_integer;
	int64_t integer;
	double real;
};

static bool
is_digit(const char *at, const char *end)
{
	return at < end && *at >= '0' && *at <= '9';
}

/*
 * The usual numbers: at most 18 digits, no exponent. Both factors of a
 * fraction are exact, so one division rounds correctly (Clinger 1990).
 */
static const char *
meet_number(const char *at, const char *end, struct met *m)
{
	static const double power[EXACT_POWER + 1] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8,
		1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
	const char *start = at, *digits, *point = NULL;
	bool negative = *at == '-';
	int64_t value = 0;

	at += negative;
	for (digits = at; is_digit(at, end) && at - digits < DIGITS_MAX; at++)
		value = value * 10 + (*at - '0');
	if (at == digits || (*digits == '0' && at - digits > 1))
		return NULL;
	if (at < end && *at == '.') {
		for (point = ++at; is_digit(at, end) && at - digits <= DIGITS_MAX; at++)
			value = value * 10 + (*at - '0');
		if (at == point)
			return NULL;
	}
	if (at < end && (*at == 'e' || *at == 'E' || is_digit(at, end)))
		return NULL;
	if (negative && !value)
		return NULL; /* -0 */
	m->token = JSON_NUMBER;
	m->text = (struct json_text){.at = start, .len = (size_t)(at - start)};
	m->is_known = true;
	m->is_integer = !point;
	m->integer = negative ? -value : value;
	m->real = (double)m->integer;
	if (!point)
		return at;
	if (value > (int64_t)1 << 53)
		return NULL;
	m->real /= power[at - point];
	return at;
}

/* Any number. The column converts the text of an unusual one. */
static const char *
meet_any_number(const char *at, const char *end, struct met *m)
{
	const char *start = at, *after = meet_number(at, end, m);
	struct reject r;

	if (after)
		return after;
	if (json_lex_number(&at, end, &r))
		return NULL;
	m->token = JSON_NUMBER;
	m->is_known = false;
	m->text = (struct json_text){.at = start, .len = (size_t)(at - start)};
	return at;
}

static const char *
meet_word(const char *at, const char *end, const char *word, enum json_token token, struct met *m)
{
	size_t len = strlen(word);

	if ((size_t)(end - at) < len || memcmp(at, word, len) != 0)
		return NULL;
	m->token = token;
	m->text = (struct json_text){.at = at, .len = len};
	return at + len;
}

/* Finds the end of an object or array, which lib/base/json_read then checks. */
static const char *
meet_nested(struct json_read *j, const char *at, const char *end, struct met *m)
{
	unsigned brackets = 0;

	m->token = *at == '{' ? JSON_OBJECT : JSON_ARRAY;
	json_read_start(j, at, (size_t)(end - at));
	if (json_read_raw(j, &m->text))
		return NULL;
	for (size_t i = 0; i < m->text.len; i++)
		brackets += m->text.at[i] == '{' || m->text.at[i] == '[';
	return brackets <= NESTED_MAX ? m->text.at + m->text.len : NULL;
}

static const char *
meet_value(struct json_read *j, const char *at, const char *end, bool is_text, struct met *m)
{
	struct reject r;

	if (at == end || (*at == '"') != is_text)
		return NULL;
	switch (*at) {
	case '"':
		m->token = JSON_STRING;
		return json_lex_string(&at, end, &m->text, &r) ? NULL : at;
	case '{':
	case '[':
		return meet_nested(j, at, end, m);
	case 't':
		return meet_word(at, end, "true", JSON_TRUE, m);
	case 'f':
		return meet_word(at, end, "false", JSON_FALSE, m);
	case 'n':
		return meet_word(at, end, "null", JSON_NULL, m);
	default:
		return meet_any_number(at, end, m);
	}
}

static bool
set(struct kind_rows *k, int column, const struct met *m, uint32_t at, struct arena *a)
{
	struct column *c = &k->columns[column].values;

	/* decoding needs room in the arena, where the record is being written */
	if (m->token == JSON_STRING && m->text.escaped)
		return false;
	if (m->token != JSON_NUMBER || !m->is_known || c->form == COLUMN_TEXT)
		return !kind_rows_set(k, column, m->token, &m->text, at, a);
	if (m->is_integer)
		column_set_integer(c, k->rows, m->integer);
	else
		column_set_real(c, k->rows, m->real);
	return true;
}

/*
 * Copies a value, a short one as a block of constant length. There is room for that: the record so
 * far is no longer than the line up to here, and the room has SLACK bytes more.
 */
static void
copy(char *out, const struct json_text *t, const char *end)
{
	if (t->len <= SLACK && end - t->at >= SLACK)
		memcpy(out, t->at, SLACK);
	else
		memcpy(out, t->at, t->len);
}

bool
record_fast_read(struct kind_rows *k, const struct record_shape *shape, struct arena *a,
	struct json_read *j, const char *line, size_t len, uint32_t *record)
{
	const char *at = line, *end = line + len, *lead;
	char *room = arena_room(a, len + SLACK, record), *out = room;
	struct met m;

	if (!room)
		return false;
	out = arena_put_length(out, shape->number);
	for (size_t i = 0; i < shape->count; i++) {
		const struct record_shape_field *f = &shape->fields[i];
		size_t lead_len = record_shape_lead(shape, i, &lead);
		uint32_t offset = *record + (uint32_t)(out - room);

		if ((size_t)(end - at) < lead_len || memcmp(at, lead, lead_len) != 0)
			return false;
		at = meet_value(j, at + lead_len, end, f->is_text, &m);
		if (!at || (f->column >= 0 && !set(k, f->column, &m, offset, a)))
			return false;
		out = arena_put_length(out, m.text.len);
		copy(out, &m.text, end);
		out += m.text.len;
	}
	if (!shape->count || end - at != 1 || *at != '}')
		return false;
	arena_take(a, (size_t)(out - room));
	return true;
}
