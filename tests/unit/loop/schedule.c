/* SPDX-License-Identifier: ISC */
#include "loop/schedule.h"

#include <stdint.h>

#include "unit.h"

#define MS INT64_C(1000000)

/* However late each tick is taken, the ten thousandth is still on the grid. */
static void
test_no_drift(void)
{
	struct schedule s;
	uint64_t skipped, lost = 0;
	uint32_t random = 1;

	schedule_init(&s, 7 * MS, 30 * MS, 0);
	for (int i = 0; i < 10000; i++) {
		int64_t now;

		random = random * 1664525 + 1013904223;
		now = s.due_ns + (int64_t)(random >> 8) % (29 * MS);
		lost += !schedule_take(&s, now, &skipped) || skipped;
		lost += schedule_pass(&s, now + MS / 2);
	}
	CHECK(lost == 0 && s.skipped == 0);
	CHECK(s.due_ns == 7 * MS + 10000 * 30 * MS);
}

static void
test_take(void)
{
	struct schedule s;
	uint64_t skipped = 9;

	schedule_init(&s, 1000, 100, 0);
	CHECK(!schedule_take(&s, 999, &skipped) && skipped == 0 && s.due_ns == 1000);
	CHECK(schedule_take(&s, 1000, &skipped) && skipped == 0 && s.due_ns == 1100);
	CHECK(!schedule_take(&s, 1099, &skipped));
	CHECK(schedule_take(&s, 1199, &skipped) && skipped == 0 && s.due_ns == 1200);
	/* stopped for a long time: one cycle now, no burst, and back on the grid */
	CHECK(schedule_take(&s, 1650, &skipped) && skipped == 4 && s.due_ns == 1700);
	CHECK(schedule_take(&s, 1800, &skipped) && skipped == 1 && s.due_ns == 1900);
	CHECK(s.skipped == 5);
}

static void
test_pass(void)
{
	struct schedule s;
	uint64_t skipped;

	schedule_init(&s, 0, 100, 0);
	CHECK(schedule_take(&s, 0, &skipped));
	CHECK(schedule_pass(&s, 99) == 0 && s.due_ns == 100);
	CHECK(schedule_pass(&s, 100) == 0 && s.due_ns == 100);
	CHECK(schedule_take(&s, 100, &skipped) && skipped == 0);
	CHECK(schedule_pass(&s, 201) == 1 && s.due_ns == 300);
	CHECK(schedule_pass(&s, 650) == 4 && s.due_ns == 700);
	CHECK(schedule_pass(&s, 650) == 0 && schedule_pass(&s, 0) == 0 && s.due_ns == 700);
	CHECK(s.skipped == 5);
}

/* The first tick comes at the origin; the phase delays all later ones. */
static void
test_phase(void)
{
	struct schedule s;
	uint64_t skipped;

	schedule_init(&s, 1000, 100, 7);
	CHECK(schedule_take(&s, 1000, &skipped) && skipped == 0 && s.due_ns == 1107);
	CHECK(!schedule_take(&s, 1106, &skipped));
	CHECK(schedule_take(&s, 1107, &skipped) && skipped == 0 && s.due_ns == 1207);
	CHECK(schedule_pass(&s, 1400) == 2 && s.due_ns == 1407);
	schedule_init(&s, 1000, 100, 250); /* longer than the interval */
	CHECK(schedule_take(&s, 1010, &skipped) && skipped == 0 && s.due_ns == 1350);
	CHECK(schedule_take(&s, 1460, &skipped) && skipped == 1 && s.due_ns == 1550);
}

/* The longest interval op-loop takes, 366 days, for as long as the clock can count: 292 years. */
static void
test_extremes(void)
{
	struct schedule s;
	uint64_t skipped;
	int64_t year = INT64_C(366) * 86400000 * MS;

	schedule_init(&s, 0, year, 0);
	CHECK(schedule_take(&s, 290 * year, &skipped) && skipped == 290 && s.due_ns == 291 * year);
	schedule_init(&s, 0, 1, 0);
	CHECK(schedule_take(&s, 290 * year, &skipped) && s.due_ns == 290 * year + 1);
}

int
main(void)
{
	test_no_drift();
	test_take();
	test_pass();
	test_phase();
	test_extremes();
	return unit_done();
}
