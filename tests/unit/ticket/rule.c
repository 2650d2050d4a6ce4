/* SPDX-License-Identifier: ISC */
#include "ticket/rule.h"

#include <string.h>

#include "unit.h"

enum { MIN = 60000, WINDOW = 300000, GONE = RULE_GONE_AFTER_MS };

#define NEVER TIMESTAMP_NEVER

/* A ticket, a verdict at T = 1000000, what comes of it. */
static const struct {
	const char *name;
	enum finding_state verdict;
	struct rule_ticket before;
	enum rule_outcome outcome;
	int64_t ok_since, absent_since;
} cases[] = {
	{"violated counts", FINDING_VIOLATED, {0, false, false, NEVER, WINDOW, 5, 6}, RULE_COUNTED,
		NEVER, NEVER},
	{"violated counts while held", FINDING_VIOLATED, {0, true, true, NEVER, WINDOW, 5, NEVER},
		RULE_COUNTED, NEVER, NEVER},
	{"ok clears", FINDING_OK, {0, false, false, NEVER, WINDOW, NEVER, 6}, RULE_CLEARED, NEVER,
		NEVER},
	{"ok of a held one is noted", FINDING_OK, {0, true, false, NEVER, WINDOW, NEVER, 6},
		RULE_MOVED, 1000000, NEVER},
	{"ok of a held one is noted once", FINDING_OK, {0, true, false, NEVER, WINDOW, 5, NEVER},
		RULE_NOTHING, 5, NEVER},
	{"ok of a flapping one is noted", FINDING_OK, {0, false, true, NEVER, WINDOW, NEVER, NEVER},
		RULE_MOVED, 1000000, NEVER},
	{"a flapping one is not yet quiet", FINDING_OK,
		{0, false, true, NEVER, WINDOW, 700001, NEVER}, RULE_NOTHING, 700001, NEVER},
	{"a flapping one is quiet", FINDING_OK, {0, false, true, NEVER, WINDOW, 700000, NEVER},
		RULE_CLEARED, 700000, NEVER},
	{"a held one is not, however quiet", FINDING_OK, {0, true, true, NEVER, WINDOW, 5, NEVER},
		RULE_NOTHING, 5, NEVER},
	{"unknown starts both anew", FINDING_UNKNOWN, {0, true, true, NEVER, WINDOW, 5, 6},
		RULE_MOVED, NEVER, NEVER},
	{"unknown moves nothing else", FINDING_UNKNOWN,
		{0, false, false, NEVER, WINDOW, NEVER, NEVER}, RULE_NOTHING, NEVER, NEVER},
	{"absent is noted", FINDING_NONE, {0, false, false, NEVER, WINDOW, 5, NEVER}, RULE_MOVED, 5,
		1000000},
	{"absent, not yet gone", FINDING_NONE, {0, false, false, NEVER, WINDOW, NEVER, 400001},
		RULE_NOTHING, NEVER, 400001},
	{"gone", FINDING_NONE, {0, false, true, NEVER, WINDOW, NEVER, 400000}, RULE_GONE, NEVER,
		400000},
	{"a held one is never gone", FINDING_NONE, {0, true, false, NEVER, WINDOW, NEVER, 5},
		RULE_NOTHING, NEVER, 5},
};

static void
test_table(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct rule_ticket t = cases[i].before;
		enum rule_outcome outcome = rule_apply(
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
	struct rule_ticket t = {.severity = SEVERITY_WARNING};

	(void)rule_apply(&t, FINDING_VIOLATED, SEVERITY_INFO, 0, GONE);
	CHECK(t.severity == SEVERITY_WARNING);
	(void)rule_apply(&t, FINDING_VIOLATED, SEVERITY_CRITICAL, 0, GONE);
	CHECK(t.severity == SEVERITY_CRITICAL);
	(void)rule_apply(&t, FINDING_VIOLATED, SEVERITY_WARNING, 0, GONE);
	CHECK(t.severity == SEVERITY_CRITICAL);
}

static void
test_holds(void)
{
	struct rule_ticket t = {.held = true, .held_until_ms = 100};

	CHECK(!rule_lapse(&t, 99) && t.held);
	CHECK(rule_lapse(&t, 100) && !t.held && t.held_until_ms == NEVER);
	CHECK(!rule_lapse(&t, 101));
	t = (struct rule_ticket){.held = true, .held_until_ms = NEVER};
	CHECK(!rule_lapse(&t, INT64_MAX) && t.held);
}

static void
test_times(void)
{
	CHECK(rule_first_seen(NEVER, NEVER, 5) == 5);
	CHECK(rule_first_seen(0, 0, 10 * MIN) == 0);
	CHECK(rule_first_seen(0, 0, 10 * MIN + 1) == 10 * MIN + 1);
	CHECK(rule_set_back(1001, 1000 - 10 * MIN, 1000));
	CHECK(!rule_set_back(1001, 1000 - 10 * MIN - 1, 1000));
	CHECK(!rule_set_back(1000, 999, 1000));
	CHECK(rule_set_back(99 * MIN, 10 * MIN, 0));
	CHECK(!rule_set_back(99 * MIN, 10 * MIN + 1, 0));
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
