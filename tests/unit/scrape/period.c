/* SPDX-License-Identifier: ISC */
#include "scrape/period.h"

#include "base/fault.h"
#include "scrape/past_measure.h"
#include "unit.h"

/* 2026-01-24T10:00:00Z */
static const int64_t now_ms = INT64_C(1769248800000);

static const struct {
	const char *from, *to, *step;
	int64_t from_s, to_s, step_s; /* times before now; step_s 0: refused */
} cases[] = {
	{"1h", NULL, NULL, 3600, 60, 30},
	{"-1h", "30m", "5m", 3600, 1800, 300},
	{"@1769245200", "2026-01-24T09:30:00Z", "1s", 3600, 1800, 1},
	{"2026-01-24", NULL, "1h", 36000, 60, 3600},
	{"2026-01-24T11:00:00+02:00", NULL, NULL, 3600, 60, 30},
	{"1h", "0s", NULL, 3600, 60, 30}, /* the last minute is left out */
	{"1h", "2036-01-01", NULL, 3600, 60, 30},
	{"60s", NULL, NULL, 0, 0, 0},
	{"1h", "1h", NULL, 0, 0, 0},
	{"1h", "2h", NULL, 0, 0, 0},
	{"2036-01-01", NULL, NULL, 0, 0, 0},
	{"soon", NULL, NULL, 0, 0, 0},
	{"1h", "", NULL, 0, 0, 0},
	{"1h", NULL, "0", 0, 0, 0},
	{"1h", NULL, "999ms", 0, 0, 0},
	{"1h", NULL, "1500ms", 0, 0, 0},
	{"1h", NULL, "61m", 0, 0, 0},
};

static const struct {
	double measured;
	int64_t usual;
} intervals[] = {{0.1, 1}, {1, 1}, {1.4, 1}, {1.6, 2}, {5.45, 5}, {9, 10}, {15.4, 15}, {21, 20},
	{29.9, 30}, {44, 30}, {46, 60}, {300, 120}};

int
main(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct period_flags flags = {cases[i].from, cases[i].to, cases[i].step};
		struct period p = {0};
		struct fault f = {0};
		int bad = period_read(&p, &flags, now_ms, &f);

		CHECK_AS((bad == 0) == (cases[i].step_s != 0), cases[i].from);
		if (bad) {
			CHECK_AS(f.status == STATUS_USAGE && f.text[0], cases[i].from);
			continue;
		}
		CHECK_AS(p.from_ms == now_ms - cases[i].from_s * 1000, cases[i].from);
		CHECK_AS(p.to_ms == now_ms - cases[i].to_s * 1000, cases[i].from);
		CHECK_AS(p.step_ms == cases[i].step_s * 1000, cases[i].from);
	}
	for (size_t i = 0; i < sizeof intervals / sizeof *intervals; i++)
		CHECK(past_measure_snap(intervals[i].measured) == intervals[i].usual);
	return unit_done();
}
