/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_AXIS_H
#define OP_REPORT_AXIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/zone.h"

/*
 * Where the lines of a time axis lie, and what they are labelled with: round
 * times of the zone's clock and calendar, from seconds to years, at most
 * AXIS_TICKS for any window.
 */
enum { AXIS_TICKS = 12 };

struct tick {
	int64_t at_ms;
	bool strong; /* a day begins, on an axis of hours; a year, on one of months */
	char label[ZONE_TEXT];
};

/* How many there are. since < until. */
size_t axis_ticks(int64_t since_ms, int64_t until_ms, struct tick ticks[AXIS_TICKS]);

#endif
