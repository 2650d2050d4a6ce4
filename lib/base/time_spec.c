/* SPDX-License-Identifier: ISC */
#include "base/time_spec.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

#include "base/duration.h"
#include "base/number.h"
#include "base/timestamp.h"

static const int64_t latest_ms = INT64_C(253402300799999);

static struct tm
calendar(const struct time_spec *spec, int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm = {0};

	if (spec->utc)
		(void)gmtime_r(&seconds, &tm); /* these cannot fail before the year 10000 */
	else
		(void)localtime_r(&seconds, &tm);
	return tm;
}

static int64_t
moment(const struct time_spec *spec, struct tm tm)
{
	tm.tm_isdst = -1;
	return (int64_t)(spec->utc ? timegm(&tm) : mktime(&tm)) * 1000;
}

/* A number of exactly two digits, at most max; moves *at past it. */
static bool
take_two(const char **at, int max, int *out)
{
	const char *s = *at;

	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return false;
	*out = (s[0] - '0') * 10 + s[1] - '0';
	*at += 2;
	return *out <= max;
}

static bool
take(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

/* 2026-11-26 */
static bool
take_date(const char **at, struct tm *tm)
{
	static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int century, year, month, day;

	if (!take_two(at, 99, &century) || !take_two(at, 99, &year) || !take(at, '-') ||
		!take_two(at, 12, &month) || !take(at, '-') || !take_two(at, 31, &day))
		return false;
	year += century * 100;
	if (year < 1970 || month < 1 || day < 1 || day > days[month - 1] ||
		(month == 2 && day == 29 && (year % 4 || (year % 100 == 0 && year % 400))))
		return false;
	*tm = (struct tm){.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
	return true;
}

/* 02:00 or 02:00:30 */
static bool
take_clock(const char **at, struct tm *tm)
{
	tm->tm_sec = 0;
	return take_two(at, 23, &tm->tm_hour) && take(at, ':') && take_two(at, 59, &tm->tm_min) &&
	       (!take(at, ':') || take_two(at, 59, &tm->tm_sec));
}

/* +01:00, -08:00 or Z: how far east of UTC. */
static bool
take_offset(const char **at, int64_t *ms)
{
	bool west = **at == '-';
	int hours, minutes;

	*ms = 0;
	if (take(at, 'Z'))
		return true;
	if (!take(at, west ? '-' : '+') || !take_two(at, 23, &hours) || !take(at, ':') ||
		!take_two(at, 59, &minutes))
		return false;
	*ms = ((int64_t)hours * 60 + minutes) * (west ? -60000 : 60000);
	return true;
}

static int64_t
take_fraction(const char **at)
{
	int64_t ms = 0, scale = 100;

	if (**at != '.' || (*at)[1] < '0' || (*at)[1] > '9')
		return 0;
	for ((*at)++; **at >= '0' && **at <= '9'; (*at)++, scale /= 10)
		ms += (**at - '0') * scale;
	return ms;
}

static int
parse_date(const char *at, const struct time_spec *spec, int64_t *ms)
{
	struct time_spec utc = {.utc = true};
	int64_t fraction, offset;
	struct tm tm;

	if (!take_date(&at, &tm))
		return -1;
	if (!*at) {
		tm.tm_mday += spec->day_end;
		*ms = moment(spec, tm);
		return 0;
	}
	if (!take(&at, ' ') && !take(&at, 'T'))
		return -1;
	if (!take_clock(&at, &tm))
		return -1;
	fraction = take_fraction(&at);
	*ms = moment(spec, tm) + fraction;
	if (!*at)
		return 0;
	if (!take_offset(&at, &offset) || *at)
		return -1;
	*ms = moment(&utc, tm) + fraction - offset;
	return 0;
}

static int
parse_clock(const char *at, const struct time_spec *spec, int64_t *ms)
{
	int64_t near_ms = spec->near_ms ? spec->near_ms : spec->now_ms;
	struct tm tm = calendar(spec, near_ms);

	if (!take_clock(&at, &tm) || *at)
		return -1;
	*ms = moment(spec, tm);
	if (spec->ahead ? *ms <= near_ms : *ms > near_ms) {
		tm.tm_mday += spec->ahead ? 1 : -1;
		*ms = moment(spec, tm);
	}
	return 0;
}

static int
parse_word(const char *text, const struct time_spec *spec, int64_t *ms)
{
	static const char *const days[] = {"yesterday", "today", "tomorrow"};
	struct tm tm = calendar(spec, spec->now_ms);

	if (strcmp(text, "now") == 0) {
		*ms = spec->now_ms;
		return 0;
	}
	for (int i = 0; i < 3; i++) {
		if (strcmp(text, days[i]) != 0)
			continue;
		tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
		tm.tm_mday += i - 1 + spec->day_end;
		*ms = moment(spec, tm);
		return 0;
	}
	return -1;
}

static int
parse_duration(const char *text, const struct time_spec *spec, int64_t *ms)
{
	bool minus = *text == '-';
	int64_t duration;

	text += minus;
	if (duration_parse(text, strlen(text), &duration))
		return -1;
	*ms = spec->now_ms + (spec->ahead && !minus ? duration : -duration);
	return 0;
}

static int
parse_epoch(const char *text, int64_t *ms)
{
	double seconds;

	if (*text != '@' || number_double(text + 1, strlen(text + 1), &seconds) || seconds < 0 ||
		seconds * 1000 > (double)latest_ms)
		return -1;
	*ms = (int64_t)(seconds * 1000 + 0.5);
	return 0;
}

int
time_spec_parse(const char *text, const struct time_spec *spec, int64_t *ms)
{
	int64_t found;

	if (parse_word(text, spec, &found) && parse_clock(text, spec, &found) &&
		parse_date(text, spec, &found) && parse_epoch(text, &found) &&
		parse_duration(text, spec, &found))
		return -1;
	if (found < 0 || found > latest_ms)
		return -1;
	*ms = found;
	return 0;
}
