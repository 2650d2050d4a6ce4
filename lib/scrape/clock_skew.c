/* SPDX-License-Identifier: ISC */
#include "scrape/clock_skew.h"

void
clock_skew_add(struct clock_skew *s, int64_t date_ms, int64_t sent_ms, int64_t received_ms)
{
	int64_t low = date_ms - received_ms;
	int64_t high = date_ms + 1000 - sent_ms;

	/* no overlap: one of the clocks was set in between, so the newest counts */
	if (!s->known || low > s->high_ms || high < s->low_ms) {
		*s = (struct clock_skew){true, low, high};
		return;
	}
	if (low > s->low_ms)
		s->low_ms = low;
	if (high < s->high_ms)
		s->high_ms = high;
}

int64_t
clock_skew_ms(const struct clock_skew *s)
{
	if (s->low_ms <= 0 && s->high_ms >= 0)
		return 0;
	return s->low_ms + (s->high_ms - s->low_ms) / 2;
}
