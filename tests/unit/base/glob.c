/* SPDX-License-Identifier: ISC */
#include "base/glob.h"

#include <string.h>

#include "unit.h"

static const struct {
	const char *pattern, *text;
	bool matches;
} cases[] = {
	{"", "", true},
	{"", "a", false},
	{"a", "", false},
	{"*", "", true},
	{"**", "a", true},
	{"?", "", false},
	{"?", "\xc3\xa9", true},
	{"??", "\xc3\xa9", false},
	{"?", "\xff", true},
	{"store_*", "store_down", true},
	{"store_*", "store", false},
	{"*down", "store_down", true},
	{"*down", "store_down_2", false},
	{"*_*_*", "a_b_c", true},
	{"*_*_*", "a_b", false},
	{"a*b*c", "a-b-b-c-c", true},
	{"a*b*c", "a-b-b-c-d", false},
	{"[1-3]", "2", true},
	{"[1-3]", "4", false},
	{"[^1-3]", "4", true},
	{"[!1-3]", "2", false},
	{"[]]", "]", true},
	{"[^]]", "]", false},
	{"[a-]", "-", true},
	{"[", "[", true},
	{"[a", "[a", true},
	{"[a", "a", false},
	{"a[", "a[", true},
	{"[\xc3\xa0-\xc3\xbf]", "\xc3\xa9", true},
	{"[*]", "*", true},
	{"[*]", "x", false},
	{"A", "a", false},
	{"10", "1", false},
	{"1", "10", false},
};

/* A pattern of many stars that does not match must not take exponential time. */
static void
test_long(void)
{
	static char pattern[2000], text[4000];

	for (size_t i = 0; i + 2 < sizeof pattern; i += 2)
		memcpy(pattern + i, "*a", 2);
	memset(text, 'a', sizeof text);
	CHECK(glob_match((struct span){pattern, 1998}, (struct span){text, sizeof text}));
	text[sizeof text - 1] = 'b';
	CHECK(!glob_match((struct span){pattern, 1998}, (struct span){text, sizeof text}));
}

int
main(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		CHECK_AS(glob_match(span_of(cases[i].pattern), span_of(cases[i].text)) ==
				 cases[i].matches,
			cases[i].pattern);
	test_long();
	return unit_done();
}
