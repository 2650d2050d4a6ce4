/* SPDX-License-Identifier: ISC */
#include "base/time_spec.h"

#include <stdlib.h>
#include <time.h>

#include "base/timestamp.h"
#include "unit.h"

enum { PAST, AHEAD, DAY_END };

/* now is 2026-11-26T13:30:00Z, 14:30 in the zone */
static const struct {
	const char *text;
	int mode;
	const char *utc, *local; /* "": refused */
} rows[] = {
	{"2h", PAST, "2026-11-26T11:30:00.000Z", "2026-11-26T11:30:00.000Z"},
	{"2h", AHEAD, "2026-11-26T15:30:00.000Z", "2026-11-26T15:30:00.000Z"},
	{"-7d", PAST, "2026-11-19T13:30:00.000Z", "2026-11-19T13:30:00.000Z"},
	{"90", PAST, "2026-11-26T13:28:30.000Z", "2026-11-26T13:28:30.000Z"},
	{"now", PAST, "2026-11-26T13:30:00.000Z", "2026-11-26T13:30:00.000Z"},
	{"today", PAST, "2026-11-26T00:00:00.000Z", "2026-11-25T23:00:00.000Z"},
	{"yesterday", PAST, "2026-11-25T00:00:00.000Z", "2026-11-24T23:00:00.000Z"},
	{"yesterday", DAY_END, "2026-11-26T00:00:00.000Z", "2026-11-25T23:00:00.000Z"},
	{"tomorrow", AHEAD, "2026-11-27T00:00:00.000Z", "2026-11-26T23:00:00.000Z"},
	{"02:00", PAST, "2026-11-26T02:00:00.000Z", "2026-11-26T01:00:00.000Z"},
	{"14:00", PAST, "2026-11-25T14:00:00.000Z", "2026-11-26T13:00:00.000Z"},
	{"14:00", AHEAD, "2026-11-26T14:00:00.000Z", "2026-11-27T13:00:00.000Z"},
	{"13:30:00", PAST, "2026-11-26T13:30:00.000Z", "2026-11-26T12:30:00.000Z"},
	{"13:30:00", AHEAD, "2026-11-27T13:30:00.000Z", "2026-11-27T12:30:00.000Z"},
	{"2026-07-01", PAST, "2026-07-01T00:00:00.000Z", "2026-06-30T22:00:00.000Z"},
	{"2026-07-01", DAY_END, "2026-07-02T00:00:00.000Z", "2026-07-01T22:00:00.000Z"},
	{"2026-12-31", DAY_END, "2027-01-01T00:00:00.000Z", "2026-12-31T23:00:00.000Z"},
	{"2026-11-26 02:00", DAY_END, "2026-11-26T02:00:00.000Z", "2026-11-26T01:00:00.000Z"},
	{"2026-11-26T02:00:30", PAST, "2026-11-26T02:00:30.000Z", "2026-11-26T01:00:30.000Z"},
	{"2026-11-26T02:00:30Z", PAST, "2026-11-26T02:00:30.000Z", "2026-11-26T02:00:30.000Z"},
	{"2026-11-26T02:00:30.25+05:30", PAST, "2026-11-25T20:30:30.250Z",
		"2026-11-25T20:30:30.250Z"},
	{"2026-11-26 02:00-08:00", PAST, "2026-11-26T10:00:00.000Z", "2026-11-26T10:00:00.000Z"},
	{"2024-02-29", PAST, "2024-02-29T00:00:00.000Z", "2024-02-28T23:00:00.000Z"},
	{"@1795306100", PAST, "2026-11-22T00:08:20.000Z", "2026-11-22T00:08:20.000Z"},
	{"@0.5", PAST, "1970-01-01T00:00:00.500Z", "1970-01-01T00:00:00.500Z"},
	{"", PAST, "", ""},
	{"2026-02-29", PAST, "", ""},
	{"2026-13-01", PAST, "", ""},
	{"2026-11-26T", PAST, "", ""},
	{"2026-11-26 24:00", PAST, "", ""},
	{"2026-11-26T02:00:00+0100", PAST, "", ""},
	{"2:00", PAST, "", ""},
	{"02:60", PAST, "", ""},
	{"02:00 ", PAST, "", ""},
	{"1969-12-31T23:59:59Z", PAST, "", ""},
	{"last week", PAST, "", ""},
	{"@-1", PAST, "", ""},
	{"@1e99", PAST, "", ""},
	{"99999d", PAST, "", ""},
};

static void
run(bool utc)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct time_spec spec = {.utc = utc,
			.ahead = rows[i].mode == AHEAD,
			.day_end = rows[i].mode == DAY_END};
		const char *want = utc ? rows[i].utc : rows[i].local;
		int64_t expected = -1, ms = -1;

		CHECK(timestamp_parse("2026-11-26T13:30:00Z", 20, &spec.now_ms) == 0);
		if (*want)
			CHECK(timestamp_parse(want, 24, &expected) == 0);
		CHECK_AS(time_spec_parse(rows[i].text, &spec, &ms) == (*want ? 0 : -1) &&
				 ms == expected,
			rows[i].text);
	}
}

/* A time of day, resolved near another time than now. */
static void
check_near(const char *text, bool ahead, const char *near, const char *want)
{
	struct time_spec spec = {.utc = true, .ahead = ahead};
	int64_t expected = -1, ms = -1;

	CHECK(timestamp_parse("2026-11-26T13:30:00Z", 20, &spec.now_ms) == 0);
	CHECK(timestamp_parse(near, 20, &spec.near_ms) == 0);
	CHECK(timestamp_parse(want, 20, &expected) == 0);
	CHECK_AS(time_spec_parse(text, &spec, &ms) == 0 && ms == expected, text);
}

int
main(void)
{
	check_near("22:00", false, "2026-11-26T06:00:00Z", "2026-11-25T22:00:00Z");
	check_near("06:00", false, "2026-11-26T06:00:00Z", "2026-11-26T06:00:00Z");
	check_near("02:00", true, "2026-11-26T22:00:00Z", "2026-11-27T02:00:00Z");
	check_near("2h", false, "2026-11-26T06:00:00Z", "2026-11-26T11:30:00Z");
	CHECK(setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1) == 0);
	tzset();
	run(true);
	run(false);
	return unit_done();
}
