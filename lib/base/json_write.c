/* SPDX-License-Identifier: ISC */
#include "base/json_write.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/number.h"
#include "base/span.h"
#include "base/timestamp.h"
#include "base/utf8.h"

void
json_write_init(struct json_write *w, struct buf *out)
{
	*w = (struct json_write){.out = out};
}

static bool
in_object(const struct json_write *w)
{
	return w->depth && (w->is_object & 1);
}

static void
separate(struct json_write *w)
{
	if (w->depth && (w->has_item & 1))
		buf_add_char(w->out, ',');
	w->has_item |= 1;
}

/* Begins any value. */
static void
value(struct json_write *w)
{
	assert(in_object(w) ? w->after_key : true);
	if (!w->after_key)
		separate(w);
	w->after_key = false;
}

static void
open_level(struct json_write *w, bool is_object, char c)
{
	value(w);
	assert(w->depth < 64);
	w->depth++;
	w->is_object = w->is_object << 1 | is_object;
	w->has_item <<= 1;
	buf_add_char(w->out, c);
}

static void
close_level(struct json_write *w, bool is_object, char c)
{
	assert(w->depth && (w->is_object & 1) == is_object && !w->after_key);
	w->depth--;
	w->is_object >>= 1;
	w->has_item >>= 1;
	buf_add_char(w->out, c);
}

void
json_write_object(struct json_write *w)
{
	open_level(w, true, '{');
}

void
json_write_object_end(struct json_write *w)
{
	close_level(w, true, '}');
}

void
json_write_array(struct json_write *w)
{
	open_level(w, false, '[');
}

void
json_write_array_end(struct json_write *w)
{
	close_level(w, false, ']');
}

static void
add_escaped(struct buf *out, uint32_t code)
{
	static const char named[] = "\"\\\b\f\n\r\t";
	static const char letters[] = "\"\\bfnrt";
	const char *found = code && code < 0x80 ? strchr(named, (int)code) : NULL;

	if (found)
		buf_printf(out, "\\%c", letters[found - named]);
	else if (code < 0x10000)
		buf_printf(out, "\\u%04x", (unsigned)code);
	else
		buf_printf(out, "\\u%04x\\u%04x", (unsigned)(0xd800 + ((code - 0x10000) >> 10)),
			(unsigned)(0xdc00 + ((code - 0x10000) & 0x3ff)));
}

static const uint64_t ones = UINT64_C(0x0101010101010101);

/*
 * Marks the bytes of a word that are not printable ASCII, in their high bits. A
 * carry can only mark bytes after the first one marked, and only that one
 * matters.
 */
static uint64_t
unprintable(uint64_t word)
{
	return ((word - ones * 0x20) | (word + ones) | word) & ones << 7;
}

static uint64_t
quoting(uint64_t word)
{
	return (((word ^ ones * '"') - ones) | ((word ^ ones * '\\') - ones)) & ones << 7;
}

/* Returns how many bytes from s on need no escape. */
static size_t
plain_run(const char *s, size_t len)
{
	size_t i = 0;
	uint64_t word;

	for (; len - i >= sizeof word; i += sizeof word) {
		memcpy(&word, s + i, sizeof word);
		if (unprintable(word) | quoting(word))
			break;
	}
	while (i < len && (unsigned char)s[i] >= 0x20 && (unsigned char)s[i] < 0x7f &&
		s[i] != '"' && s[i] != '\\')
		i++;
	return i;
}

/* The same for text that is escaped already. */
static size_t
printable_run(const char *s, size_t len)
{
	size_t i = 0;
	uint64_t word;

	for (; len - i >= sizeof word; i += sizeof word) {
		memcpy(&word, s + i, sizeof word);
		if (unprintable(word))
			break;
	}
	while (i < len && (unsigned char)s[i] >= 0x20 && (unsigned char)s[i] < 0x7f)
		i++;
	return i;
}

/*
 * Adds a text that needs no escape in one piece, as nearly all are: between quotes,
 * after a comma or before a colon. False if it needs one.
 */
static bool
quote_plain(struct buf *out, bool comma, const char *s, size_t len, bool colon)
{
	char *start, *at;

	if (plain_run(s, len) != len)
		return false;
	start = at = buf_reserve(out, len + 2 + comma + colon);
	if (!start)
		return true; /* out is full, which is asked once */
	if (comma)
		*at++ = ',';
	*at++ = '"';
	if (len)
		memcpy(at, s, len);
	at += len;
	*at++ = '"';
	if (colon)
		*at++ = ':';
	*at = '\0';
	out->len += (size_t)(at - start);
	return true;
}

static void
quote(struct buf *out, const char *s, size_t len)
{
	if (quote_plain(out, false, s, len, false))
		return;
	buf_add_char(out, '"');
	while (len) {
		size_t n = plain_run(s, len);
		uint32_t code;

		if (n) {
			buf_add(out, s, n);
		} else {
			n = utf8_decode(s, len, &code);
			if (!n)
				buf_add(out, "\xef\xbf\xbd", 3);
			else if (utf8_is_unsafe(code) || code == '"' || code == '\\')
				add_escaped(out, code);
			else
				buf_add(out, s, n);
			n += !n;
		}
		s += n;
		len -= n;
	}
	buf_add_char(out, '"');
}

void
json_write_key_n(struct json_write *w, const char *key, size_t len)
{
	assert(in_object(w) && !w->after_key);
	if (quote_plain(w->out, w->has_item & 1, key, len, true)) {
		w->has_item |= 1;
	} else {
		separate(w);
		quote(w->out, key, len);
		buf_add_char(w->out, ':');
	}
	w->after_key = true;
}

void
json_write_key(struct json_write *w, const char *key)
{
	json_write_key_n(w, key, strlen(key));
}

void
json_write_null(struct json_write *w)
{
	value(w);
	buf_add_text(w->out, "null");
}

void
json_write_bool(struct json_write *w, bool b)
{
	value(w);
	buf_add_text(w->out, b ? "true" : "false");
}

static void
add_digits(struct buf *out, bool negative, uint64_t n)
{
	char text[24];
	char *s = number_digits(text + sizeof text, n);

	if (negative)
		*--s = '-';
	buf_add(out, s, (size_t)(text + sizeof text - s));
}

void
json_write_i64(struct json_write *w, int64_t n)
{
	value(w);
	add_digits(w->out, n < 0, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

void
json_write_u64(struct json_write *w, uint64_t n)
{
	value(w);
	add_digits(w->out, false, n);
}

void
json_write_double(struct json_write *w, double n)
{
	char text[32];
	size_t len;

	if (!isfinite(n)) {
		json_write_null(w);
		return;
	}
	value(w);
	len = number_format(text, n);
	buf_add(w->out, text, len);
}

void
json_write_string_n(struct json_write *w, const char *text, size_t len)
{
	value(w);
	quote(w->out, text, len);
}

void
json_write_string(struct json_write *w, const char *text)
{
	if (text)
		json_write_string_n(w, text, strlen(text));
	else
		json_write_null(w);
}

void
json_write_timestamp(struct json_write *w, int64_t ms)
{
	char text[TIMESTAMP_SIZE];

	timestamp_format(text, ms);
	json_write_string_n(w, text, TIMESTAMP_SIZE - 1);
}

void
json_write_put_null(struct json_write *w, const char *key)
{
	json_write_key(w, key);
	json_write_null(w);
}

void
json_write_put_bool(struct json_write *w, const char *key, bool b)
{
	json_write_key(w, key);
	json_write_bool(w, b);
}

void
json_write_put_i64(struct json_write *w, const char *key, int64_t n)
{
	json_write_key(w, key);
	json_write_i64(w, n);
}

void
json_write_put_u64(struct json_write *w, const char *key, uint64_t n)
{
	json_write_key(w, key);
	json_write_u64(w, n);
}

void
json_write_put_double(struct json_write *w, const char *key, double n)
{
	json_write_key(w, key);
	json_write_double(w, n);
}

void
json_write_put_string(struct json_write *w, const char *key, const char *text)
{
	json_write_key(w, key);
	json_write_string(w, text);
}

void
json_write_put_timestamp(struct json_write *w, const char *key, int64_t ms)
{
	json_write_key(w, key);
	json_write_timestamp(w, ms);
}

void
json_write_put_seconds(struct json_write *w, const char *key, int64_t ms)
{
	json_write_key(w, key);
	if (ms % 1000)
		json_write_double(w, (double)ms / 1000);
	else
		json_write_i64(w, ms / 1000);
}

void
json_write_put_span(struct json_write *w, const char *key, struct span text)
{
	json_write_key(w, key);
	if (text.at)
		json_write_string_n(w, text.at, text.len);
	else
		json_write_null(w);
}

void
json_write_raw(struct json_write *w, const char *json, size_t len)
{
	value(w);
	while (len) {
		size_t n = printable_run(json, len);
		uint32_t code;

		if (n) {
			buf_add(w->out, json, n);
		} else {
			n = utf8_decode(json, len, &code);
			if (!n)
				buf_add(w->out, "\xef\xbf\xbd", 3);
			else if (code < 0x20) /* it can only be between tokens */
				buf_add_char(w->out, ' ');
			else if (utf8_is_unsafe(code)) /* it can only be within a string */
				add_escaped(w->out, code);
			else
				buf_add(w->out, json, n);
			n += !n;
		}
		json += n;
		len -= n;
	}
}
