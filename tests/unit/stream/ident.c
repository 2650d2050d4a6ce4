/* SPDX-License-Identifier: ISC */
#include "stream/ident.h"

#include <string.h>

#include "unit.h"

static int
compare(const char *a, const char *b)
{
	int order = ident_compare(a, strlen(a), b, strlen(b));

	return (order > 0) - (order < 0);
}

/* In their order, each before all behind it: that makes the order total and transitive here. */
int
main(void)
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
	return unit_done();
}
