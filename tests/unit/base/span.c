/* SPDX-License-Identifier: ISC */
#include "base/span.h"

#include "unit.h"

static void
test_equality(void)
{
	const struct span none = {0};

	CHECK(span_is(span_of("a"), "a") && !span_is(span_of("a"), "ab") && !span_is(none, ""));
	CHECK(span_is(span_of(""), "") && !span_equal(none, none));
	CHECK(span_starts(span_of("abc"), "ab") && span_starts(span_of("a"), "") &&
		!span_starts(span_of("a"), "ab") && !span_starts(none, ""));
}

static void
test_order(void)
{
	static const char *const ascending[] = {"", "a", "a\x01", "ab", "b", "\xc3\xa9"};
	enum { COUNT = sizeof ascending / sizeof ascending[0] };

	for (int i = 0; i < COUNT; i++) {
		for (int k = 0; k < COUNT; k++) {
			int order = span_compare(span_of(ascending[i]), span_of(ascending[k]));

			CHECK_AS((order > 0) == (i > k) && (order < 0) == (i < k), ascending[i]);
		}
	}
	CHECK(span_compare((struct span){0}, span_of("")) < 0 &&
		span_compare(span_of(""), (struct span){0}) > 0);
}

static void
test_trim(void)
{
	CHECK(span_is(span_trim(span_of(" \t a b \r\n")), "a b"));
	CHECK(span_is(span_trim(span_of("a")), "a") && span_is(span_trim(span_of(" \t")), ""));
	CHECK(span_trim((struct span){0}).at == NULL);
	CHECK(span_is(span_from(span_of("abc"), 2), "c"));
}

static void
test_cut(void)
{
	struct span rest = span_of("a,,b,");

	CHECK(span_is(span_cut(&rest, ','), "a") && span_is(rest, ",b,"));
	CHECK(span_is(span_cut(&rest, ','), "") && span_is(span_cut(&rest, ','), "b"));
	CHECK(rest.at && rest.len == 0);
	CHECK(span_is(span_cut(&rest, ','), "") && !rest.at);
	CHECK(!span_cut(&rest, ',').at);
}

int
main(void)
{
	test_equality();
	test_order();
	test_trim();
	test_cut();
	return unit_done();
}
