/* SPDX-License-Identifier: ISC */
#include "report/axis.h"

#include <stdio.h>

#include "base/text.h"

#define SECOND ((int64_t)1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

enum { WANTED = 9 }; /* more lines would leave no room for their labels */

static void
set_label(struct tick *tick, int64_t step)
{
	struct zone_time t = zone_time(tick->at_ms);
	bool midnight = t.hour == 0 && t.minute == 0 && t.second == 0;

	tick->strong = step < DAY && midnight;
	if (step < MINUTE)
		text_format(tick->label, ZONE_TEXT, "%02d:%02d:%02d", t.hour, t.minute, t.second);
	else if (step < DAY && !midnight)
		(void)zone_clock(tick->label, tick->at_ms);
	else
		(void)zone_day(tick->label, tick->at_ms);
}

/* Ticks at multiples of a step since midnight; steps of several days start on a Monday. */
static size_t
clock_ticks(int64_t since_ms, int64_t until_ms, int64_t step, struct tick ticks[AXIS_TICKS])
{
	int64_t origin = step > DAY ? 4 * DAY : 0; /* 1970-01-05 was a Monday */
	int64_t local = since_ms + zone_time(since_ms).offset_ms - origin;
	size_t count = 0;

	local += step - 1 - (local - 1) % step;
	for (; count < AXIS_TICKS; local += step) {
		int64_t at = zone_from_local(local + origin);

		if (at > until_ms)
			break;
		if (at < since_ms || (count && at <= ticks[count - 1].at_ms))
			continue; /* a change of the clock */
		ticks[count].at_ms = at;
		set_label(&ticks[count++], step);
	}
	return count;
}

static size_t
month_ticks(int64_t since_ms, int64_t until_ms, int64_t months, struct tick ticks[AXIS_TICKS])
{
	struct zone_time t = zone_time(since_ms);
	int64_t month = t.month - 1 - (t.month - 1) % months;
	size_t count = 0;

	for (int64_t year = months > 12 ? t.year - t.year % (months / 12) : t.year;
		count < AXIS_TICKS; month += months) {
		int64_t at = zone_from_local(zone_days(year, month + 1, 1) * DAY);
		char day[ZONE_TEXT];

		if (at > until_ms)
			break;
		if (at < since_ms)
			continue;
		ticks[count].at_ms = at;
		ticks[count].strong = zone_time(at).month == 1;
		text_format(ticks[count].label, ZONE_TEXT, "%.3s %d", zone_day(day, at) + 2,
			zone_time(at).year);
		count++;
	}
	return count;
}

size_t
axis_ticks(int64_t since_ms, int64_t until_ms, struct tick ticks[AXIS_TICKS])
{
	static const int64_t steps[] = {SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND,
		30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
		HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY};
	static const int64_t months[] = {1, 2, 3, 6, 12, 24, 60, 120, 600, 1200, 12000};
	int64_t length = until_ms - since_ms;
	size_t i = 0;

	for (; i < sizeof steps / sizeof *steps; i++)
		if (length / steps[i] <= WANTED)
			return clock_ticks(since_ms, until_ms, steps[i], ticks);
	for (i = 0; i + 1 < sizeof months / sizeof *months; i++)
		if (length / (months[i] * 30 * DAY) <= WANTED)
			break;
	return month_ticks(since_ms, until_ms, months[i], ticks);
}
