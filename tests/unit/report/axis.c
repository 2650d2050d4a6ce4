/* SPDX-License-Identifier: ISC */
#include "report/axis.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/timestamp.h"
#include "report/zone.h"
#include "unit.h"

static int64_t
at(const char *text)
{
	int64_t ms;

	if (timestamp_parse(text, strlen(text), &ms))
		abort();
	return ms;
}

/* The labels of a window's ticks, separated by '|'; strong ones end with '*'. */
static const char *
labels(const char *since, const char *until)
{
	static char out[512];
	struct tick ticks[AXIS_TICKS];
	size_t count = axis_ticks(at(since), at(until), ticks);

	out[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(out);

		(void)snprintf(out + len, sizeof out - len, "%s%s%s", i ? "|" : "", ticks[i].label,
			ticks[i].strong ? "*" : "");
	}
	return out;
}

static void
test_labels(void)
{
	static const char *const cases[][3] = {
		{"2026-01-24T23:08:17.5Z", "2026-01-24T23:08:56Z",
			"23:08:20|23:08:25|23:08:30|23:08:35|23:08:40|23:08:45|23:08:50|23:08:55"},
		{"2026-01-24T23:08:17Z", "2026-01-24T23:14:00Z",
			"23:09|23:10|23:11|23:12|23:13|23:14"},
		{"2026-01-24T20:00:00Z", "2026-01-25T02:00:00Z",
			"20:00|21:00|22:00|23:00|25 Jan*|01:00|02:00"},
		{"2026-01-24T00:00:00Z", "2026-01-31T00:00:00Z",
			"24 Jan|25 Jan|26 Jan|27 Jan|28 Jan|29 Jan|30 Jan|31 Jan"},
		{"2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "5 Jan|12 Jan|19 Jan|26 Jan"},
		{"2025-11-15T00:00:00Z", "2026-07-01T00:00:00Z",
			"Dec 2025|Jan 2026*|Feb 2026|Mar 2026|Apr 2026|May 2026|Jun 2026|Jul 2026"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *got = labels(cases[i][0], cases[i][1]);

		CHECK_AS(strcmp(got, cases[i][2]) == 0, cases[i][2]);
		if (strcmp(got, cases[i][2]) != 0)
			printf("# got: %s\n", got);
	}
}

/* Any window has ticks: not too many, in order and within it. */
static void
test_any_window(void)
{
	int64_t since = at("2026-03-27T05:17:23.456Z");
	int wrong = 0;

	for (int64_t length = 60000; length < (int64_t)8000 * 366 * 86400000;
		length += length / 7) {
		struct tick ticks[AXIS_TICKS];
		int64_t until = since + length;
		size_t count = axis_ticks(since, until, ticks);

		if (until > at("9999-12-31T00:00:00Z"))
			break;
		wrong += count > AXIS_TICKS || count == 0;
		for (size_t i = 0; i < count; i++)
			wrong += ticks[i].at_ms < since || ticks[i].at_ms > until ||
				 (i && ticks[i].at_ms <= ticks[i - 1].at_ms);
	}
	CHECK(wrong == 0);
}

static void
test_days(void)
{
	CHECK(zone_days(1970, 1, 1) == 0);
	CHECK(zone_days(2000, 3, 1) == 11017);
	CHECK(zone_days(2026, 13, 1) == zone_days(2027, 1, 1));
	CHECK(zone_days(2024, 2, 29) + 1 == zone_days(2024, 3, 1));
}

static void
test_zone(void)
{
	struct fault f;
	char text[ZONE_TEXT];

	CHECK(zone_use("../../../etc/passwd", &f) == -1 && f.status == STATUS_USAGE);
	CHECK(zone_use("", &f) == -1 && zone_use("/etc/localtime", &f) == -1);
	CHECK(zone_use("Europe/Berlin", &f) == 0);
	CHECK(strcmp(zone_full(text, at("2026-01-24T23:08:17Z")), "Sun 25 Jan 2026 00:08:17") == 0);
	/* 02:00 to 03:00 does not exist on 29 March */
	CHECK(strcmp(labels("2026-03-28T22:00:00Z", "2026-03-29T04:00:00Z"),
		      "23:00|29 Mar*|01:00|03:00|04:00|05:00|06:00") == 0);
	/* 02:00 to 03:00 comes twice on 25 October, and gets one tick */
	CHECK(strcmp(labels("2026-10-24T21:00:00Z", "2026-10-25T03:00:00Z"),
		      "23:00|25 Oct*|01:00|02:00|03:00|04:00") == 0);
	CHECK(zone_from_local(at("2026-07-01T00:00:00Z")) == at("2026-06-30T22:00:00Z"));
	test_any_window();
}

int
main(void)
{
	struct fault f;

	if (zone_use("UTC", &f))
		return 1;
	test_labels();
	test_any_window();
	test_days();
	test_zone();
	return unit_done();
}
