/* SPDX-License-Identifier: ISC */
#include "base/json_lex.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

#include "base/json_text.h"
#include "base/number.h"
#include "base/utf8.h"

const char *
json_lex_space(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r'))
		at++;
	return at;
}

/*
 * Eight bytes at once: the high bit of each byte of the result is set where
 * the word has a quote, a backslash, a control or a byte outside of ASCII. A
 * borrow can only mark bytes after the first one marked, and only the first
 * matters.
 */
static uint64_t
special_bytes(uint64_t word)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	const uint64_t highs = ones << 7;
	uint64_t quote = word ^ ones * '"';
	uint64_t backslash = word ^ ones * '\\';

	return ((quote - ones) | (backslash - ones) | (word - ones * 0x20) | word) & highs;
}

const char *
json_lex_plain(const char *at, const char *end)
{
	uint64_t word, special;

	for (; end - at >= 8; at += 8) {
		memcpy(&word, at, 8);
		special = special_bytes(le64toh(word));
		if (special)
			return at + __builtin_ctzll(special) / 8;
	}
	while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20 &&
		(unsigned char)*at < 0x80)
		at++;
	return at;
}

static int
hex4(const char *s, const char *end, uint32_t *code)
{
	uint32_t value = 0;

	if (end - s < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = s[i];
		unsigned digit;

		if (c >= '0' && c <= '9')
			digit = (unsigned)(c - '0');
		else if (c >= 'a' && c <= 'f')
			digit = (unsigned)(c - 'a') + 10;
		else if (c >= 'A' && c <= 'F')
			digit = (unsigned)(c - 'A') + 10;
		else
			return -1;
		value = value << 4 | digit;
	}
	*code = value;
	return 0;
}

static int
reject(struct reject *r, const char *reason)
{
	r->reason = reason;
	return -1;
}

/* *at is after "\u"; a surrogate pair is one code point. */
static int
read_unicode(const char **at, const char *end, uint32_t *code, struct reject *r)
{
	uint32_t low;

	if (hex4(*at, end, code))
		return reject(r, "bad \\u escape");
	*at += 4;
	if (*code == 0)
		return reject(r, "U+0000 in a string");
	if (*code < 0xd800 || *code > 0xdfff)
		return 0;
	if (*code > 0xdbff || end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u' ||
		hex4(*at + 2, end, &low) || low < 0xdc00 || low > 0xdfff)
		return reject(r, "lone surrogate");
	*at += 6;
	*code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
	return 0;
}

/* *at is after the backslash. */
static int
read_escape(const char **at, const char *end, uint32_t *code, struct reject *r)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char values[] = "\"\\/\b\f\n\r\t";
	const char *found;
	char c;

	if (*at == end)
		return reject(r, "the text ends too early");
	c = *(*at)++;
	if (c == 'u')
		return read_unicode(at, end, code, r);
	found = c ? strchr(letters, c) : NULL;
	if (!found)
		return reject(r, "bad escape");
	*code = (unsigned char)values[found - letters];
	return 0;
}

int
json_lex_string(const char **at, const char *end, struct json_text *t, struct reject *r)
{
	const char *start = ++*at;
	uint32_t code;

	t->escaped = false;
	for (;;) {
		const char *s = json_lex_plain(*at, end);
		size_t n;

		*at = s;
		if (s == end)
			return reject(r, "the text ends too early");
		if (*s == '"')
			break;
		if (*s == '\\') {
			t->escaped = true;
			++*at;
			if (read_escape(at, end, &code, r))
				return -1;
		} else if ((unsigned char)*s < 0x20) {
			return reject(r, "control character in a string");
		} else {
			n = utf8_decode(s, (size_t)(end - s), &code);
			if (!n)
				return reject(r, "invalid UTF-8");
			*at += n;
		}
	}
	t->at = start;
	t->len = (size_t)(*at - start);
	++*at;
	return 0;
}

static const char *
skip_digits(const char *s, const char *end)
{
	while (s < end && *s >= '0' && *s <= '9')
		s++;
	return s;
}

int
json_lex_number(const char **at, const char *end, struct reject *r)
{
	const char *start = *at;
	const char *s = start + (*start == '-');
	const char *digits = s;
	bool exponent = false;
	double value;

	s = skip_digits(s, end);
	if (s == digits || (*digits == '0' && s - digits > 1))
		return reject(r, "a value is expected");
	if (s < end && *s == '.') {
		digits = ++s;
		s = skip_digits(s, end);
		if (s == digits)
			return reject(r, "bad number");
	}
	if (s < end && (*s == 'e' || *s == 'E')) {
		exponent = true;
		s++;
		s += s < end && (*s == '-' || *s == '+');
		digits = s;
		s = skip_digits(s, end);
		if (s == digits)
			return reject(r, "bad number");
	}
	*at = s;
	/* fewer than 308 digits and no exponent cannot pass the largest double */
	if ((exponent || s - start > 300) && number_double(start, (size_t)(s - start), &value))
		return reject(r, "number beyond a double");
	return 0;
}

size_t
json_lex_decode(const char **at, const char *end, char *out)
{
	uint32_t code = 0;
	struct reject r;

	if (**at != '\\') {
		*out = *(*at)++;
		return 1;
	}
	++*at;
	(void)read_escape(at, end, &code, &r); /* it was checked when it was read */
	return utf8_encode(out, code);
}

bool
json_lex_same(const struct json_text *a, const struct json_text *b)
{
	const char *s = a->at, *s_end = s + a->len;
	const char *t = b->at, *t_end = t + b->len;
	char left[8], right[8];
	size_t left_len = 0, right_len = 0;

	for (;;) {
		size_t n;

		if (!left_len && s < s_end)
			left_len = json_lex_decode(&s, s_end, left);
		if (!right_len && t < t_end)
			right_len = json_lex_decode(&t, t_end, right);
		n = left_len < right_len ? left_len : right_len;
		if (!n)
			return !left_len && !right_len;
		if (memcmp(left, right, n) != 0)
			return false;
		left_len -= n;
		right_len -= n;
		memmove(left, left + n, left_len);
		memmove(right, right + n, right_len);
	}
}
