/* SPDX-License-Identifier: ISC */
#include "base/json_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "unit.h"

static int
accepts(struct json_read *j, const char *text, size_t len)
{
	json_read_start(j, text, len);
	return json_read_skip(j) == 0 && json_read_end(j) == 0;
}

static void
test_acceptance(struct json_read *j)
{
	static const char *const good[] = {"{}", "[]", " [ 1 , -0.5e+3 ] ", "\"\"", "0", "-0",
		"null", "[true,false]", "{\"a\":{\"a\":[{\"a\":1}]}}", "\"\\ud83d\\ude00 \\u00e9\"",
		"1E5", "[[],[[]]]", "\"\x7f\"", "{\"a\":1,\"b\":1}", "1e308", "0e999999",
		"\"\xf4\x8f\xbf\xbf\""};
	static const char *const bad[] = {"", " ", "{", "[", "[1", "[1,]", "[,1]", "{\"a\"}",
		"{\"a\":}", "{\"a\":1,}", "{a:1}", "{\"a\":1 \"b\":2}", "01", "1.", ".5", "+1",
		"1e", "1e+", "-", "tru", "nul", "NaN", "Infinity", "[1]]", "1 2", "\"", "\"\\x\"",
		"\"\\u12\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"",
		"\"\t\"", "\"\n\"", "\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"",
		"\"\xf4\x90\x80\x80\"", "1e999", "-1e999", "{\"a\":1,\"a\":2}",
		"{\"a\":1,\"\\u0061\":2}", "{\"\\u0061\":1,\"a\":2}", "'a'", "{\"a\":1}x",
		"\xef\xbb\xbf{}", "[1}", "{]", "{1:2}", "\"\\", "{\"a\":1,,\"b\":2}"};

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		CHECK_AS(accepts(j, good[i], strlen(good[i])), good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		CHECK_AS(!accepts(j, bad[i], strlen(bad[i])), bad[i]);
	CHECK(!accepts(j, "\"\0\"", 3));
	CHECK(!accepts(j, "1\0", 2));
}

static void
test_depth(struct json_read *j)
{
	char text[200];

	memset(text, '[', 100);
	memset(text + 100, ']', 100);
	CHECK(accepts(j, text + 36, 128));
	CHECK(!accepts(j, text + 35, 130));
}

static void
test_many_keys(struct json_read *j)
{
	struct buf b;

	buf_init(&b, 1 << 24);
	buf_add_char(&b, '{');
	for (int i = 0; i < 60000; i++)
		buf_printf(&b, "\"%d\":1,", i);
	buf_add_text(&b, "\"x\":1}");
	CHECK(!b.full && accepts(j, b.data, b.len));
	b.data[b.len - 5] = '7';
	CHECK(!accepts(j, b.data, b.len) && strcmp(json_read_error(j), "duplicate key") == 0);
	CHECK(accepts(j, "{\"7\":1}", 7));
	buf_free(&b);
}

static void
test_decoding(struct json_read *j)
{
	static const char text[] = "\"a\\n\\\"\\u00e9\\ud83d\\ude00z\"";
	struct json_text t;
	char *copy;

	json_read_start(j, text, sizeof text - 1);
	CHECK(json_read_string(j, &t) == 0 && t.escaped);
	copy = json_text_copy(&t);
	CHECK(strcmp(copy, "a\n\"\xc3\xa9\xf0\x9f\x98\x80z") == 0);
	CHECK(json_text_is(&t, copy) && !json_text_is(&t, "a") &&
		!json_text_is(&t, "a\n\"\xc3\xa9\xf0\x9f\x98\x80zz"));
	free(copy);
}

static void
test_hash_of_escaped_keys(struct json_read *j)
{
	static const char *const texts[] = {"{\"\\u006bind\":1}", "{\"latency\\u005fp99_ms\":1}",
		"{\"a\\ud83d\\ude00bcdefghijklmnop\\u00e9\":1}"};
	struct json_text key;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		char *copy;

		json_read_start(j, texts[i], strlen(texts[i]));
		CHECK(json_read_enter(j, JSON_OBJECT) == 0 && json_read_member(j, &key) == 1 &&
			key.escaped);
		copy = json_text_copy(&key);
		CHECK(json_read_hash(j, copy, strlen(copy)) == key.hash);
		free(copy);
	}
}

static void
test_walk(struct json_read *j)
{
	static const char text[] = "{\"a\":[1,{\"b\":\"x\"}],\"c\":true,\"n\":-12,\"d\":1.5}";
	struct json_text t;
	int64_t n = 0;
	double d = 0;
	bool b = false;

	json_read_start(j, text, sizeof text - 1);
	CHECK(json_read_enter(j, JSON_OBJECT) == 0);
	CHECK(json_read_member(j, &t) == 1 && json_text_is(&t, "a"));
	CHECK(json_read_raw(j, &t) == 0 && t.len == 13 &&
		memcmp(t.at, "[1,{\"b\":\"x\"}]", 13) == 0);
	CHECK(json_read_member(j, &t) == 1 && json_read_bool(j, &b) == 0 && b);
	CHECK(json_read_member(j, &t) == 1 && json_read_i64(j, &n) == 0 && n == -12);
	CHECK(json_read_member(j, &t) == 1 && json_read_number(j, &d) == 0 && d > 1.49 && d < 1.51);
	CHECK(json_read_member(j, &t) == 0 && json_read_end(j) == 0);
	json_read_start(j, "[1.5]", 5);
	CHECK(json_read_enter(j, JSON_ARRAY) == 0 && json_read_i64(j, &n) == -1);
	CHECK(json_read_next(j, &t) == JSON_BAD &&
		strcmp(json_read_error(j), "a whole number is expected") == 0);
}

int
main(void)
{
	struct json_read *j = json_read_open();

	test_acceptance(j);
	test_depth(j);
	test_many_keys(j);
	test_decoding(j);
	test_hash_of_escaped_keys(j);
	test_walk(j);
	json_read_close(j);
	return unit_done();
}
