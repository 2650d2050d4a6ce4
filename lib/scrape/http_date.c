/* SPDX-License-Identifier: ISC */
#include "scrape/http_date.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/number.h"

int64_t
http_date_ms(const char *text)
{
	struct tm tm = {0};
	const char *end = strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &tm);
	int64_t s = end && !*end ? (int64_t)timegm(&tm) : -1;

	return s <= 0 || s >= INT64_C(253402300800) ? -1 : s * 1000;
}

int64_t
http_date_seconds_ms(const char *text, int64_t otherwise)
{
	int64_t s;

	return number_i64(text, strlen(text), 0, INT32_MAX, &s) ? otherwise : s * 1000;
}

int64_t
http_date_retry_ms(const char *text, int64_t date_ms)
{
	int64_t ms = http_date_seconds_ms(text, -1), then = http_date_ms(text);

	if (ms >= 0 || then < 0)
		return ms;
	if (date_ms < 0)
		date_ms = clock_wall_ms();
	return then > date_ms ? then - date_ms : 0;
}
