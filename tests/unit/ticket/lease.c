/* SPDX-License-Identifier: ISC */
#include "ticket/lease.h"

#include <stddef.h>
#include <string.h>

#include "base/span.h"
#include "base/timestamp.h"
#include "ticket/cycles.h"
#include "unit.h"

static void
test_parse(void)
{
	static const struct {
		const char *text;
		int64_t ms; /* -1: refused */
	} rows[] = {
		{"mon-a", 90000},
		{"mon-a:90s", 90000},
		{"a.b_c@d-E9:1m30s", 90000},
		{"mon-a:1", 1000},
		{"mon-a:1ms", 1},
		{"mon-a:1d", 86400000},
		{"mon-a:1d1ms", -1},
		{"mon-a:0", -1},
		{"mon-a:", -1},
		{"mon-a:x", -1},
		{"mon-a:1s:1s", -1},
		{":90s", -1},
		{"", -1},
		{"mon a", -1},
		{"mon\na", -1},
		{"m\xc3\xb6n", -1},
		{"a23456789012345678901234567890123456789012345678901234567890abcd", 90000},
		{"a23456789012345678901234567890123456789012345678901234567890abcde", -1},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct lease l = {.ms = -1};
		int got = lease_parse(&l, rows[i].text);

		CHECK_AS(got == (rows[i].ms < 0 ? -1 : 0) && l.ms == rows[i].ms, rows[i].text);
		if (got == 0)
			CHECK_AS(span_is((struct span){rows[i].text, strcspn(rows[i].text, ":")},
					 l.name),
				rows[i].text);
	}
}

static void
test_other(void)
{
	char holder[] = "mon-a";
	struct cycle_row r = {.holder = holder, .holder_until_ms = 5000, .now_ms = 4999};
	struct lease a = {"mon-a", 1000}, b = {"mon-b", 1000};

	CHECK(lease_other(&r, &b) == holder);
	CHECK(lease_other(&r, NULL) == holder);
	CHECK(!lease_other(&r, &a));
	r.now_ms = 5000; /* the lease has ended */
	CHECK(!lease_other(&r, &b) && !lease_other(&r, NULL));
	r.holder_until_ms = 5000 + (int64_t)LEASE_MAX_MS;
	CHECK(lease_other(&r, &b) == holder);
	r.holder_until_ms++; /* taken by a clock that was wrong */
	CHECK(!lease_other(&r, &b));
	r.holder_until_ms = TIMESTAMP_NEVER;
	CHECK(!lease_other(&r, &b));
	r = (struct cycle_row){.holder_until_ms = 5000, .now_ms = 0};
	CHECK(!lease_other(&r, &b));
}

int
main(void)
{
	test_parse();
	test_other();
	return unit_done();
}
