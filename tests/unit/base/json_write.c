/* SPDX-License-Identifier: ISC */
#include "base/json_write.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/span.h"
#include "unit.h"

static void
test_document(struct buf *b)
{
	struct json_write w;

	json_write_init(&w, b);
	json_write_object(&w);
	json_write_key(&w, "a");
	json_write_array(&w);
	json_write_i64(&w, -1);
	json_write_i64(&w, INT64_MIN);
	json_write_i64(&w, 0);
	json_write_u64(&w, UINT64_MAX);
	json_write_double(&w, 41.5);
	json_write_double(&w, NAN);
	json_write_object(&w);
	json_write_object_end(&w);
	json_write_array_end(&w);
	json_write_key(&w, "b");
	json_write_bool(&w, true);
	json_write_key(&w, "c");
	json_write_string(&w, NULL);
	json_write_key(&w, "d");
	json_write_raw(&w, "[1]", 3);
	json_write_key(&w, "e");
	json_write_timestamp(&w, 0);
	json_write_object_end(&w);
	CHECK(strcmp(b->data, "{\"a\":[-1,-9223372036854775808,0,18446744073709551615,41.5,null,{}]"
			      ",\"b\":true,\"c\":null,"
			      "\"d\":[1],\"e\":\"1970-01-01T00:00:00.000Z\"}") == 0);
}

static void
test_strings(struct buf *b)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{"plain \xc3\xa9", "\"plain \xc3\xa9\""},
		{"\"\\/\n\x01\x7f", "\"\\\"\\\\/\\n\\u0001\\u007f\""},
		{"\xff\xc3", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
		{"\xc2\x9b[31m", "\"\\u009b[31m\""},
		{"\xe2\x80\xae", "\"\\u202e\""},
		{"\xf3\xa0\x81\x81", "\"\\udb40\\udc41\""},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct json_write w;

		buf_clear(b);
		json_write_init(&w, b);
		json_write_string(&w, cases[i].in);
		CHECK_AS(strcmp(b->data, cases[i].out) == 0, cases[i].out);
	}
}

static void
test_pairs(struct buf *b)
{
	static const char out[] =
		"{\"null\":null,\"bool\":true,\"i64\":-9223372036854775808,"
		"\"u64\":18446744073709551615,\"double\":0.5,\"nan\":null,\"string\":\"a\\n\","
		"\"absent\":null,\"span\":\"ab\",\"none\":null,\"at\":\"1970-01-01T00:00:00."
		"001Z\"}";
	struct json_write w;

	buf_clear(b);
	json_write_init(&w, b);
	json_write_object(&w);
	json_write_put_null(&w, "null");
	json_write_put_bool(&w, "bool", true);
	json_write_put_i64(&w, "i64", INT64_MIN);
	json_write_put_u64(&w, "u64", UINT64_MAX);
	json_write_put_double(&w, "double", 0.5);
	json_write_put_double(&w, "nan", (double)NAN);
	json_write_put_string(&w, "string", "a\n");
	json_write_put_string(&w, "absent", NULL);
	json_write_put_span(&w, "span", (struct span){"abc", 2});
	json_write_put_span(&w, "none", (struct span){0});
	json_write_put_timestamp(&w, "at", 1);
	json_write_object_end(&w);
	CHECK(strcmp(b->data, out) == 0);
}

static void
test_raw(struct buf *b)
{
	static const char in[] = "{\t\"a\":\r\n\"\xc2\x9b \xe2\x80\xae \xc3\xa9\" }";
	static const char out[] = "{ \"a\":  \"\\u009b \\u202e \xc3\xa9\" }";
	struct json_write w;

	buf_clear(b);
	json_write_init(&w, b);
	json_write_raw(&w, in, sizeof in - 1);
	CHECK(strcmp(b->data, out) == 0);
}

static void
test_ceiling(void)
{
	struct json_write w;
	struct buf b;

	buf_init(&b, 8);
	json_write_init(&w, &b);
	json_write_string(&w, "123456");
	CHECK(!b.full && b.len == 8);
	buf_clear(&b);
	json_write_init(&w, &b);
	json_write_string(&w, "1234567");
	CHECK(b.full && b.len <= 8);
	buf_clear(&b);
	json_write_init(&w, &b);
	json_write_object(&w);
	json_write_key(&w, "1234"); /* {"1234": */
	CHECK(!b.full && b.len == 8);
	buf_clear(&b);
	json_write_init(&w, &b);
	json_write_object(&w);
	json_write_key(&w, "12345");
	CHECK(b.full && b.len <= 8);
	buf_free(&b);
}

int
main(void)
{
	struct buf b;

	buf_init(&b, 4096);
	test_document(&b);
	test_strings(&b);
	test_pairs(&b);
	test_raw(&b);
	test_ceiling();
	buf_free(&b);
	return unit_done();
}
