/* SPDX-License-Identifier: ISC */
#include "scrape/freshness.h"

#include <math.h>

/* A shorter limit would count a late scrape; past the longest, nothing is fresh. */
enum { SHORTEST_MS = 15000, LONGEST_MS = 180000 };

int64_t
freshness_limit_ms(double interval_s)
{
	double limit_ms = 3 * interval_s * 1000;

	if (isnan(limit_ms) || limit_ms > LONGEST_MS)
		return LONGEST_MS;
	return limit_ms < SHORTEST_MS ? SHORTEST_MS : (int64_t)limit_ms;
}
