/* SPDX-License-Identifier: ISC */
#include "scrape/skew.h"

void
skew_add(struct skew *s, int64_t date_ms, int64_t sent_ms, int64_t received_ms)
{
	int64_t low = date_ms - received_ms;
	int64_t high = date_ms + 1000 - sent_ms;

	/* no overlap: one of the clocks was set in between, so the newest counts */
	if (!s->known || low > s->high_ms || high < s->low_ms) {
		*s = (struct skew){true, low, high};
		return;
	}
	if (low > s->low_ms)
		s->low_ms = low;
	if (high < s->high_ms)
		s->high_ms = high;
}

int64_t
skew_ms(const struct skew *s)
{
	if (s->low_ms <= 0 && s->high_ms >= 0)
		return 0;
	return s->low_ms + (s->high_ms - s->low_ms) / 2;
}
