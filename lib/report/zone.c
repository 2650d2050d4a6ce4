/* SPDX-License-Identifier: ISC */
#include "report/zone.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/text.h"

enum { DAY_MS = 86400000, NAME_MAX_BYTES = 64 };

static const char *const months[] = {
	"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

/* The name must not be a path that leads elsewhere. */
static bool
is_name(const char *name)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789_+-/";

	return *name && *name != '/' && strlen(name) <= NAME_MAX_BYTES &&
	       name[strspn(name, letters)] == '\0';
}

static bool
is_installed(const char *name)
{
	static const char folder[] = "/usr/share/zoneinfo";
	char path[sizeof folder + NAME_MAX_BYTES + 2], magic[4] = "";
	FILE *file;
	bool found;

	text_format(path, sizeof path, "%s/%s", folder, name); /* it fits */
	file = fopen(path, "re");
	found = file && fread(magic, 1, 4, file) == 4 && memcmp(magic, "TZif", 4) == 0;
	if (file)
		(void)fclose(file); /* it was only read */
	return found;
}

int
zone_use(const char *name, struct fault *f)
{
	if (strcmp(name, "UTC") == 0)
		name = "UTC0"; /* a rule, not a file */
	else if (!is_name(name) || !is_installed(name))
		return fault_set(f, STATUS_USAGE,
			"--tz: there is no time zone %s in /usr/share/zoneinfo", name);
	if (setenv("TZ", name, 1))
		return fault_set(f, STATUS_TRY_AGAIN, "out of memory");
	tzset();
	return 0;
}

struct zone_time
zone_time(int64_t ms)
{
	time_t seconds = (time_t)((ms - ((ms % 1000) + 1000) % 1000) / 1000);
	struct tm tm = {.tm_mday = 1};

	(void)localtime_r(&seconds, &tm); /* years 1970 to 9999 have no overflow */
	return (struct zone_time){.year = tm.tm_year + 1900,
		.month = tm.tm_mon + 1,
		.day = tm.tm_mday,
		.weekday = tm.tm_wday,
		.hour = tm.tm_hour,
		.minute = tm.tm_min,
		.second = tm.tm_sec,
		.offset_ms = (int64_t)tm.tm_gmtoff * 1000};
}

/* Twice: the first guess may lie on the other side of a change of the clock. */
int64_t
zone_from_local(int64_t local_ms)
{
	int64_t guess = local_ms - zone_time(local_ms).offset_ms;

	return local_ms - zone_time(guess).offset_ms;
}

/* https://howardhinnant.github.io/date_algorithms.html, days_from_civil */
int64_t
zone_days(int64_t year, int64_t month, int64_t day)
{
	int64_t y = year + (month - 1) / 12;
	int64_t m = (month - 1) % 12 + 1;
	int64_t era, year_of_era, day_of_year;

	y -= m <= 2;
	era = y / 400;
	year_of_era = y - era * 400;
	day_of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - 719468;
}

char *
zone_minute(char out[ZONE_TEXT], int64_t ms)
{
	struct zone_time t = zone_time(ms);

	text_format(
		out, ZONE_TEXT, "%d %s %02d:%02d", t.day, months[t.month - 1], t.hour, t.minute);
	return out;
}

char *
zone_day(char out[ZONE_TEXT], int64_t ms)
{
	struct zone_time t = zone_time(ms);

	text_format(out, ZONE_TEXT, "%d %s", t.day, months[t.month - 1]);
	return out;
}

char *
zone_clock(char out[ZONE_TEXT], int64_t ms)
{
	struct zone_time t = zone_time(ms);

	text_format(out, ZONE_TEXT, "%02d:%02d", t.hour, t.minute);
	return out;
}

char *
zone_full(char out[ZONE_TEXT], int64_t ms)
{
	struct zone_time t = zone_time(ms);

	text_format(out, ZONE_TEXT, "%s %d %s %d %02d:%02d:%02d", weekdays[t.weekday], t.day,
		months[t.month - 1], t.year, t.hour, t.minute, t.second);
	return out;
}
