/* SPDX-License-Identifier: ISC */
#include "ticket/rules.h"

#include <string.h>

#include "unit.h"

enum { MIN = 60000, WINDOW = 300000, GONE = RULES_GONE_AFTER_MS, AT = 1000000 };

#define NEVER TIMESTAMP_NEVER

/* A ticket, a verdict at AT, and what results. */
static const struct {
	const char *name;
	enum verdict_state verdict;
	bool past_gap;
	struct rules_ticket before;
	enum rules_outcome outcome;
	int64_t ok_since, absent_since;
} cases[] = {
	{"a violation counts", VERDICT_VIOLATED, false, {0, false, false, NEVER, WINDOW, 5, 6},
		RULES_COUNTED, NEVER, NEVER},
	{"a violation counts while held", VERDICT_VIOLATED, false,
		{0, true, true, NEVER, WINDOW, 5, NEVER}, RULES_COUNTED, NEVER, NEVER},
	{"ok clears", VERDICT_OK, false, {0, false, false, NEVER, WINDOW, NEVER, 6}, RULES_CLEARED,
		NEVER, NEVER},
	{"ok starts the timer of a held ticket", VERDICT_OK, false,
		{0, true, false, NEVER, WINDOW, NEVER, 6}, RULES_MOVED, AT, NEVER},
	{"ok starts the timer of a held ticket once", VERDICT_OK, false,
		{0, true, false, NEVER, WINDOW, 5, NEVER}, RULES_NOTHING, 5, NEVER},
	{"ok starts the timer of a flapping ticket", VERDICT_OK, false,
		{0, false, true, NEVER, WINDOW, NEVER, NEVER}, RULES_MOVED, AT, NEVER},
	{"a flapping ticket is not yet quiet for long enough", VERDICT_OK, false,
		{0, false, true, NEVER, WINDOW, 701001, NEVER}, RULES_NOTHING, 701001, NEVER},
	{"a flapping ticket is quiet, a second early", VERDICT_OK, false,
		{0, false, true, NEVER, WINDOW, 701000, NEVER}, RULES_CLEARED, 701000, NEVER},
	{"a held ticket is not resolved, however quiet", VERDICT_OK, false,
		{0, true, true, NEVER, WINDOW, 5, NEVER}, RULES_NOTHING, 5, NEVER},
	{"unknown stops both timers", VERDICT_UNKNOWN, false, {0, true, true, NEVER, WINDOW, 5, 6},
		RULES_MOVED, NEVER, NEVER},
	{"unknown changes nothing else", VERDICT_UNKNOWN, false,
		{0, false, false, NEVER, WINDOW, NEVER, NEVER}, RULES_NOTHING, NEVER, NEVER},
	{"absence starts its timer", VERDICT_NONE, false,
		{0, false, false, NEVER, WINDOW, 5, NEVER}, RULES_MOVED, 5, AT},
	{"absent, but not yet gone", VERDICT_NONE, false,
		{0, false, false, NEVER, WINDOW, NEVER, 401001}, RULES_NOTHING, NEVER, 401001},
	{"gone", VERDICT_NONE, false, {0, false, true, NEVER, WINDOW, NEVER, 401000}, RULES_GONE,
		NEVER, 401000},
	{"a held ticket is never gone", VERDICT_NONE, false,
		{0, true, false, NEVER, WINDOW, NEVER, 5}, RULES_NOTHING, NEVER, 5},
	{"ok clears after a gap, too", VERDICT_OK, true,
		{0, false, false, NEVER, WINDOW, NEVER, NEVER}, RULES_CLEARED, NEVER, NEVER},
	{"a gap restarts the ok timer", VERDICT_OK, true, {0, false, true, NEVER, WINDOW, 5, NEVER},
		RULES_MOVED, AT, NEVER},
	{"a gap restarts the ok timer while held", VERDICT_OK, true,
		{0, true, false, NEVER, WINDOW, 5, 6}, RULES_MOVED, AT, NEVER},
	{"a gap restarts both timers", VERDICT_NONE, true, {0, false, false, NEVER, WINDOW, 5, 6},
		RULES_MOVED, AT, AT},
	{"a gap has nothing to restart", VERDICT_OK, true,
		{0, true, false, NEVER, WINDOW, AT, NEVER}, RULES_NOTHING, AT, NEVER},
	{"a violation counts after a gap", VERDICT_VIOLATED, true,
		{0, false, true, NEVER, WINDOW, 5, 6}, RULES_COUNTED, NEVER, NEVER},
	{"unknown stops both timers after a gap", VERDICT_UNKNOWN, true,
		{0, false, true, NEVER, WINDOW, 5, 6}, RULES_MOVED, NEVER, NEVER},
};

static void
test_table(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct rules_ticket t = cases[i].before;
		const struct rules_evidence e = {
			.verdict = cases[i].verdict,
			.past_gap = cases[i].past_gap,
			.at_ms = AT,
			.gone_after_ms = GONE,
		};
		enum rules_outcome outcome = rules_apply(&t, &e);

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
	struct rules_evidence e = {.verdict = VERDICT_VIOLATED};

	e.severity = SEVERITY_INFO;
	(void)rules_apply(&t, &e);
	CHECK(t.severity == SEVERITY_WARNING);
	e.severity = SEVERITY_CRITICAL;
	(void)rules_apply(&t, &e);
	CHECK(t.severity == SEVERITY_CRITICAL);
	e.severity = SEVERITY_WARNING;
	(void)rules_apply(&t, &e);
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

/* Distances between cycles, and the gap that follows from them. */
static void
test_gaps(void)
{
	static const struct {
		const char *name;
		int64_t distance, previous, gap;
	} steps[] = {
		{"no distance: the first cycle", NEVER, NEVER, 10 * MIN},
		{"no distance: the clock was set back", NEVER, 99 * MIN, 10 * MIN},
		{"a quick loop", MIN / 2, MIN / 2, 10 * MIN},
		{"a slow loop", 15 * MIN, 15 * MIN, 45 * MIN},
		{"a slow loop, the first distance", 15 * MIN, NEVER, 45 * MIN},
		{"a quick loop that paused", 180 * MIN, MIN / 2, 10 * MIN},
		{"a quick loop after the pause", MIN / 2, 180 * MIN, 10 * MIN},
		{"a slow loop that paused", 180 * MIN, 15 * MIN, 45 * MIN},
		{"just at the bound", 200000, 200000, 10 * MIN},
		{"just past the bound", 200001, 200001, 600003},
	};

	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		CHECK_AS(
			rules_gap(rules_step(steps[i].distance, steps[i].previous)) == steps[i].gap,
			steps[i].name);
}

static void
test_waits(void)
{
	CHECK(rules_waited(0, 0, 0));
	CHECK(rules_waited(0, 59000, 60000));
	CHECK(!rules_waited(0, 58999, 60000));
	CHECK(rules_waited(0, 9000, 10000));
	CHECK(!rules_waited(0, 8999, 10000));
	CHECK(rules_waited(0, 1350, 1500));
	CHECK(!rules_waited(0, 1349, 1500));
	CHECK(rules_waited(0, 9, 9)); /* a tenth of it is less than a millisecond */
	CHECK(!rules_waited(0, 8, 9));
}

static void
test_times(void)
{
	struct rules_evidence e = {.at_ms = 5};

	CHECK(rules_first_seen(NEVER, NEVER, 10 * MIN, &e) == 5);
	e.at_ms = 10 * MIN;
	CHECK(rules_first_seen(0, 0, 10 * MIN, &e) == 0);
	e.past_gap = true;
	CHECK(rules_first_seen(0, 0, 10 * MIN, &e) == 10 * MIN);
	e = (struct rules_evidence){.at_ms = 10 * MIN + 1};
	CHECK(rules_first_seen(0, 0, 10 * MIN, &e) == 10 * MIN + 1);
	CHECK(rules_first_seen(0, 0, 10 * MIN + 1, &e) == 0);
	CHECK(!rules_ahead(10 * MIN, 0));
	CHECK(rules_ahead(10 * MIN + 1, 0));
	CHECK(!rules_ahead(0, 99 * MIN));
	CHECK(rules_set_back(1001, 1000 - 10 * MIN, 1000));
	CHECK(!rules_set_back(1001, 1000 - 10 * MIN - 1, 1000));
	CHECK(!rules_set_back(1000, 999, 1000));
	CHECK(rules_set_back(99 * MIN, 10 * MIN, 0));
	CHECK(!rules_set_back(99 * MIN, 10 * MIN + 1, 0));
}

/* A ticket in cycles 2 minutes apart: what each verdict changes, and since when it holds. */
static void
test_standing(void)
{
	static const struct {
		const char *name;
		enum verdict_state verdict;
		enum rules_change change;
		int64_t since, lost_since;
		bool lost;
	} story[] = {
		{"violated again", VERDICT_VIOLATED, RULES_STANDS, NEVER, NEVER, false},
		{"unknown", VERDICT_UNKNOWN, RULES_CHANGED, 2, 2, false},
		{"still unknown", VERDICT_UNKNOWN, RULES_STANDS, 2, 2, false},
		{"not evaluated: the same stretch", VERDICT_NOT_EVALUATED, RULES_CHANGED, 6, 2,
			false},
		{"lost for more than 5 minutes", VERDICT_NOT_EVALUATED, RULES_LOST, 6, 2, true},
		{"unknown again: still the same stretch", VERDICT_UNKNOWN, RULES_CHANGED, 10, 2,
			true},
		{"unknown, already reported as lost", VERDICT_UNKNOWN, RULES_STANDS, 10, 2, true},
		{"evidence is back", VERDICT_VIOLATED, RULES_BACK, NEVER, NEVER, false},
		{"lost for a moment", VERDICT_UNKNOWN, RULES_CHANGED, 16, 16, false},
		{"absence is evidence", VERDICT_NONE, RULES_CHANGED, 18, NEVER, false},
		{"still absent", VERDICT_NONE, RULES_STANDS, 18, NEVER, false},
		{"ok", VERDICT_OK, RULES_CHANGED, 22, NEVER, false},
	};
	struct rules_standing s = {VERDICT_VIOLATED, NEVER, NEVER, false};

	for (size_t i = 0; i < sizeof story / sizeof story[0]; i++) {
		enum rules_change change = rules_stand(&s, story[i].verdict, (int64_t)i * 2 * MIN);
		int64_t unit = story[i].since == NEVER ? 1 : MIN;
		int64_t lost_unit = story[i].lost_since == NEVER ? 1 : MIN;

		CHECK_AS(change == story[i].change && s.verdict == story[i].verdict &&
				 s.since_ms == story[i].since * unit &&
				 s.lost_since_ms == story[i].lost_since * lost_unit &&
				 s.lost == story[i].lost,
			story[i].name);
	}
	s = (struct rules_standing){VERDICT_UNKNOWN, 0, 0, false};
	CHECK(rules_stand(&s, VERDICT_UNKNOWN, 5 * MIN - 1) == RULES_STANDS);
	CHECK(rules_stand(&s, VERDICT_UNKNOWN, 5 * MIN) == RULES_LOST);
	s = (struct rules_standing){VERDICT_VIOLATED, NEVER, NEVER, false};
	CHECK(rules_stand(&s, VERDICT_OK, 7) == RULES_CHANGED && s.since_ms == 7);
}

int
main(void)
{
	test_table();
	test_severity();
	test_holds();
	test_gaps();
	test_waits();
	test_times();
	test_standing();
	return unit_done();
}
