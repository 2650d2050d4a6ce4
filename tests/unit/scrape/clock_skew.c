/* SPDX-License-Identifier: ISC */
#include "scrape/clock_skew.h"
#include "unit.h"

static int64_t
skew_of(int64_t date, int64_t sent, int64_t received)
{
	struct clock_skew s = {0};

	clock_skew_add(&s, date, sent, received);
	return clock_skew_ms(&s);
}

int
main(void)
{
	struct clock_skew s = {0};

	CHECK(skew_of(5000, 5010, 5020) == 0);
	CHECK(skew_of(5000, 5990, 6010) == 0);
	CHECK(skew_of(65000, 5000, 5000) == 60500);
	CHECK(skew_of(1000, 61000, 61000) == -59500);

	/* a second answer narrows it down */
	clock_skew_add(&s, 65000, 5000, 5000);
	clock_skew_add(&s, 66000, 5200, 5200);
	CHECK(s.known && s.low_ms == 60800 && s.high_ms == 61000 && clock_skew_ms(&s) == 60900);

	/* a clock was set between two answers */
	clock_skew_add(&s, 5000, 5300, 5300);
	CHECK(clock_skew_ms(&s) == 0);
	return unit_done();
}
