/* SPDX-License-Identifier: ISC */
#include "base/timestamp.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* days since 1970-01-01 of a date in the proleptic Gregorian calendar, years >= 1970 */
static int64_t
days_of(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - 719468;
}

static int
days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static int
digits(const char *s, int n)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		value = value * 10 + (s[i] - '0');
	}
	return value;
}

static int
fraction(const char *s, const char *end, int *ms)
{
	int scale = 100;

	*ms = 0;
	if (s == end)
		return -1;
	for (; s < end; s++, scale /= 10) {
		if (*s < '0' || *s > '9')
			return -1;
		*ms += (*s - '0') * scale;
	}
	return 0;
}

/* The length of text without the suffix for UTC; 0 if it has another zone or none. */
static size_t
without_zone(const char *text, size_t len)
{
	static const char *const zones[] = {"Z", "+00:00"};

	for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
		size_t n = strlen(zones[i]);

		if (len > n && memcmp(text + len - n, zones[i], n) == 0)
			return len - n;
	}
	return 0;
}

int
timestamp_parse(const char *text, size_t len, int64_t *ms)
{
	int year, month, day, hour, minute, second, milli = 0;
	size_t bare = without_zone(text, len);

	if (bare < 19 || bare > 63 || text[4] != '-' || text[7] != '-' || text[10] != 'T' ||
		text[13] != ':' || text[16] != ':')
		return -1;
	year = digits(text, 4);
	month = digits(text + 5, 2);
	day = digits(text + 8, 2);
	hour = digits(text + 11, 2);
	minute = digits(text + 14, 2);
	second = digits(text + 17, 2);
	if (year < 1970 || month < 1 || month > 12 || day < 1 || day > days_in(year, month) ||
		hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
		return -1;
	if (bare > 19 && (text[19] != '.' || fraction(text + 20, text + bare, &milli)))
		return -1;
	*ms = (((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) * 1000 +
	      milli;
	return 0;
}

void
timestamp_format(char out[TIMESTAMP_SIZE], int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;
	int len;

	assert(ms >= 0 && ms <= TIMESTAMP_MAX);
	if (!gmtime_r(&seconds, &tm))
		memset(&tm, 0, sizeof tm); /* cannot happen: the range is asserted */
	len = snprintf(out, TIMESTAMP_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
		(int)((unsigned)(tm.tm_year + 1900) % 10000), tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		tm.tm_min, tm.tm_sec, (int)(ms % 1000));
	assert(len == TIMESTAMP_SIZE - 1);
	(void)len;
}
