/* SPDX-License-Identifier: ISC */
#include "stream/ident.h"

#include <string.h>

#include "stream/severity.h"
#include "unit.h"

static int
compare(const char *a, const char *b)
{
	int order = ident_compare(a, strlen(a), b, strlen(b));

	return (order > 0) - (order < 0);
}

static void
test_names(void)
{
	static const struct {
		const char *text;
		bool name, subject;
	} cases[] = {
		{"a", true, true},
		{"store_down2", true, true},
		{"_a", false, true},
		{"2a", false, true},
		{"my-cluster", false, true},
		{"A", false, false},
		{"", false, false},
		{"a.b", false, false},
		{"../x", false, false},
		{"a b", false, false},
		{"caf\xc3\xa9", false, false},
	};
	char longest[IDENT_NAME_MAX + 2];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_AS(ident_is_name(span_of(cases[i].text)) == cases[i].name, cases[i].text);
		CHECK_AS(ident_is_subject(span_of(cases[i].text)) == cases[i].subject,
			cases[i].text);
	}
	memset(longest, 'a', sizeof longest);
	CHECK(ident_is_name((struct span){longest, IDENT_NAME_MAX}) &&
		!ident_is_name((struct span){longest, IDENT_NAME_MAX + 1}) &&
		!ident_is_subject((struct span){longest, IDENT_NAME_MAX + 1}));
	CHECK(ident_is_frame(span_of("begin")) && ident_is_frame(span_of("end")) &&
		!ident_is_frame(span_of("store")));
}

static void
test_severities(void)
{
	for (int i = SEVERITY_INFO; i <= SEVERITY_CRITICAL; i++) {
		const char *word = severity_word((enum severity)i);

		CHECK((int)severity_find(word, strlen(word)) == i);
	}
	CHECK(severity_find("Critical", 8) == SEVERITY_NONE &&
		severity_find("", 0) == SEVERITY_NONE && severity_find("warn", 4) == SEVERITY_NONE);
}

/* Ids in ascending order, each compared with all others: on these, the order is total. */
static void
test_order(void)
{
	static char nines[401], ones[402];
	const char *const ids[] = {"-1e300", "-7", "-0.5", "0", "00", "-0", "0.5", "1", "01", "1.0",
		"1.5", "2", "9", "10", "99", "100", "9007199254740993", "9223372036854775807",
		"14318340322766640596", "14318340322766640597", "1e300", "", "!x", "+1", ".5",
		"0x1", "1.", ones, "1e999", nines, "A", "Z", "a", "a1", "a10", "a2", "b", "nan",
		"\xc3\xa9"};
	size_t count = sizeof ids / sizeof ids[0];

	memset(nines, '9', 400);
	memset(ones, '1', 401);
	for (size_t i = 0; i < count; i++) {
		int good = 1;

		for (size_t n = 0; n < count; n++) {
			int wanted = (i > n) - (i < n);

			if (compare(ids[i], ids[n]) != wanted)
				good = 0;
		}
		CHECK_AS(good, ids[i]);
	}
	CHECK(compare("7", "7") == 0 && compare("x", "x") == 0);
}

int
main(void)
{
	test_names();
	test_severities();
	test_order();
	return unit_done();
}
