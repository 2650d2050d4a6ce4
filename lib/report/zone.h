/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_ZONE_H
#define OP_REPORT_ZONE_H

#include <stdint.h>

struct fault;

/*
 * Sets the time zone that pages are written in, for the whole process. Call it
 * before the lockdown: every zone but UTC is read from a file.
 *
 * -1 with STATUS_USAGE if there is no zone of that name ("Europe/Berlin").
 */
int zone_use(const char *name, struct fault *f);

/* A point in time on that zone's clock and calendar. */
struct zone_time {
	int year, month, day; /* month from 1 */
	int weekday;	      /* 0 is Sunday */
	int hour, minute, second;
	int64_t offset_ms; /* ahead of UTC */
};

struct zone_time zone_time(int64_t ms);

/* Converts local time, in milliseconds counted as if it were UTC, to a point in time. */
int64_t zone_from_local(int64_t local_ms);

/* The days from 1970-01-01 to a date; the month may lie outside of 1 to 12. */
int64_t zone_days(int64_t year, int64_t month, int64_t day);

enum { ZONE_TEXT = 48 };

/* For people, each returns out: "24 Jan 23:08", "24 Jan", "23:08", "Sat 24 Jan 2026 23:08:17". */
char *zone_minute(char out[ZONE_TEXT], int64_t ms);
char *zone_day(char out[ZONE_TEXT], int64_t ms);
char *zone_clock(char out[ZONE_TEXT], int64_t ms);
char *zone_full(char out[ZONE_TEXT], int64_t ms);

#endif
