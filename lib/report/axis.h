/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_AXIS_H
#define OP_REPORT_AXIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/zone.h"

/*
 * The lines of a time axis and their labels. Lines fall on round times of the
 * zone's clock and calendar, from seconds to years apart.
 */
enum { AXIS_TICKS = 12 };

struct tick {
	int64_t at_ms;
	bool strong; /* a day begins on an axis of hours, a year on one of months */
	char label[ZONE_TEXT];
};

/* Fills ticks and returns how many there are, for any window with since < until. */
size_t axis_ticks(int64_t since_ms, int64_t until_ms, struct tick ticks[AXIS_TICKS]);

#endif
