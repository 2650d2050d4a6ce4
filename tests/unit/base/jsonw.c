/* SPDX-License-Identifier: ISC */
#include "base/jsonw.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "unit.h"

static void
test_document(struct buf *b)
{
	struct jsonw w;

	jsonw_init(&w, b);
	jsonw_object(&w);
	jsonw_key(&w, "a");
	jsonw_array(&w);
	jsonw_i64(&w, -1);
	jsonw_i64(&w, INT64_MIN);
	jsonw_i64(&w, 0);
	jsonw_u64(&w, UINT64_MAX);
	jsonw_double(&w, 41.5);
	jsonw_double(&w, NAN);
	jsonw_object(&w);
	jsonw_object_end(&w);
	jsonw_array_end(&w);
	jsonw_key(&w, "b");
	jsonw_bool(&w, true);
	jsonw_key(&w, "c");
	jsonw_string(&w, NULL);
	jsonw_key(&w, "d");
	jsonw_raw(&w, "[1]", 3);
	jsonw_key(&w, "e");
	jsonw_when(&w, 0);
	jsonw_object_end(&w);
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
		struct jsonw w;

		buf_clear(b);
		jsonw_init(&w, b);
		jsonw_string(&w, cases[i].in);
		CHECK_AS(strcmp(b->data, cases[i].out) == 0, cases[i].out);
	}
}

static void
test_raw(struct buf *b)
{
	static const char in[] = "{\t\"a\":\r\n\"\xc2\x9b \xe2\x80\xae \xc3\xa9\" }";
	static const char out[] = "{ \"a\":  \"\\u009b \\u202e \xc3\xa9\" }";
	struct jsonw w;

	buf_clear(b);
	jsonw_init(&w, b);
	jsonw_raw(&w, in, sizeof in - 1);
	CHECK(strcmp(b->data, out) == 0);
}

static void
test_ceiling(void)
{
	struct jsonw w;
	struct buf b;

	buf_init(&b, 8);
	jsonw_init(&w, &b);
	jsonw_string(&w, "123456");
	CHECK(!b.full && b.len == 8);
	buf_clear(&b);
	jsonw_init(&w, &b);
	jsonw_string(&w, "1234567");
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
	test_raw(&b);
	test_ceiling();
	buf_free(&b);
	return unit_done();
}
