/* SPDX-License-Identifier: ISC */
#include "ticket/rules.h"

#include <string.h>

#include "unit.h"

enum { MIN = 60000, WINDOW = 300000, GONE = RULES_GONE_AFTER_MS };

#define NEVER TIMESTAMP_NEVER

/* A ticket, a verdict at T = 1000000, what comes of it. */
static const struct {
	const char *name;
	enum verdict_state verdict;
	struct rules_ticket before;
	enum rules_outcome outcome;
	int64_t ok_since, absent_since;
} cases[] = {
	{"violated counts", VERDICT_VIOLATED, {0, false, false, NEVER, WINDOW, 5, 6}, RULES_COUNTED,
		NEVER, NEVER},
	{"violated counts while held", VERDICT_VIOLATED, {0, true, true, NEVER, WINDOW, 5, NEVER},
		RULES_COUNTED, NEVER, NEVER},
	{"ok clears", VERDICT_OK, {0, false, false, NEVER, WINDOW, NEVER, 6}, RULES_CLEARED, NEVER,
		NEVER},
	{"ok of a held one is noted", VERDICT_OK, {0, true, false, NEVER, WINDOW, NEVER, 6},
		RULES_MOVED, 1000000, NEVER},
	{"ok of a held one is noted once", VERDICT_OK, {0, true, false, NEVER, WINDOW, 5, NEVER},
		RULES_NOTHING, 5, NEVER},
	{"ok of a flapping one is noted", VERDICT_OK, {0, false, true, NEVER, WINDOW, NEVER, NEVER},
		RULES_MOVED, 1000000, NEVER},
	{"a flapping one is not yet quiet", VERDICT_OK,
		{0, false, true, NEVER, WINDOW, 700001, NEVER}, RULES_NOTHING, 700001, NEVER},
	{"a flapping one is quiet", VERDICT_OK, {0, false, true, NEVER, WINDOW, 700000, NEVER},
		RULES_CLEARED, 700000, NEVER},
	{"a held one is not, however quiet", VERDICT_OK, {0, true, true, NEVER, WINDOW, 5, NEVER},
		RULES_NOTHING, 5, NEVER},
	{"unknown starts both anew", VERDICT_UNKNOWN, {0, true, true, NEVER, WINDOW, 5, 6},
		RULES_MOVED, NEVER, NEVER},
	{"unknown moves nothing else", VERDICT_UNKNOWN,
		{0, false, false, NEVER, WINDOW, NEVER, NEVER}, RULES_NOTHING, NEVER, NEVER},
	{"absent is noted", VERDICT_NONE, {0, false, false, NEVER, WINDOW, 5, NEVER}, RULES_MOVED,
		5, 1000000},
	{"absent, not yet gone", VERDICT_NONE, {0, false, false, NEVER, WINDOW, NEVER, 400001},
		RULES_NOTHING, NEVER, 400001},
	{"gone", VERDICT_NONE, {0, false, true, NEVER, WINDOW, NEVER, 400000}, RULES_GONE, NEVER,
		400000},
	{"a held one is never gone", VERDICT_NONE, {0, true, false, NEVER, WINDOW, NEVER, 5},
		RULES_NOTHING, NEVER, 5},
};

static void
test_table(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct rules_ticket t = cases[i].before;
		enum rules_outcome outcome = rules_apply(
			&t, cases[i].verdict, SEVERITY_INFO, 1000000, GONE);

		CHECK_AS(outcome == cases[i].outcome && t.ok_since_ms == cases[i].ok_since &&
				 t.absent_since_ms == cases[i].absent_since &&
				 t.held == cases[i].before.held &&
				 t.flapping == cases[i].before.flapping,
			cases[i].name);
	}
}

static void
test_severity(void)
{
	struct rules_ticket t = {.severity = SEVERITY_WARNING};

	(void)rules_apply(&t, VERDICT_VIOLATED, SEVERITY_INFO, 0, GONE);
	CHECK(t.severity == SEVERITY_WARNING);
	(void)rules_apply(&t, VERDICT_VIOLATED, SEVERITY_CRITICAL, 0, GONE);
	CHECK(t.severity == SEVERITY_CRITICAL);
	(void)rules_apply(&t, VERDICT_VIOLATED, SEVERITY_WARNING, 0, GONE);
	CHECK(t.severity == SEVERITY_CRITICAL);
}

static void
test_holds(void)
{
	struct rules_ticket t = {.held = true, .held_until_ms = 100};

	CHECK(!rules_lapse(&t, 99) && t.held);
	CHECK(rules_lapse(&t, 100) && !t.held && t.held_until_ms == NEVER);
	CHECK(!rules_lapse(&t, 101));
	t = (struct rules_ticket){.held = true, .held_until_ms = NEVER};
	CHECK(!rules_lapse(&t, INT64_MAX) && t.held);
}

static void
test_times(void)
{
	CHECK(rules_first_seen(NEVER, NEVER, 5) == 5);
	CHECK(rules_first_seen(0, 0, 10 * MIN) == 0);
	CHECK(rules_first_seen(0, 0, 10 * MIN + 1) == 10 * MIN + 1);
	CHECK(rules_set_back(1001, 1000 - 10 * MIN, 1000));
	CHECK(!rules_set_back(1001, 1000 - 10 * MIN - 1, 1000));
	CHECK(!rules_set_back(1000, 999, 1000));
	CHECK(rules_set_back(99 * MIN, 10 * MIN, 0));
	CHECK(!rules_set_back(99 * MIN, 10 * MIN + 1, 0));
}

int
main(void)
{
	test_table();
	test_severity();
	test_holds();
	test_times();
	return unit_done();
}
