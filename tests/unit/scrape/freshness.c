/* SPDX-License-Identifier: ISC */
#include "scrape/freshness.h"

#include <math.h>

#include "unit.h"

int
main(void)
{
	CHECK(freshness_limit_ms(1) == 15000);
	CHECK(freshness_limit_ms(5.45) == 16350);
	CHECK(freshness_limit_ms(15) == 45000);
	CHECK(freshness_limit_ms(60) == 180000);
	CHECK(freshness_limit_ms(300) == 180000);
	CHECK(freshness_limit_ms(NAN) == 180000);
	CHECK(freshness_limit_ms(INFINITY) == 180000);
	return unit_done();
}
