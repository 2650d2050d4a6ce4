/* SPDX-License-Identifier: ISC */
#include "scrape/period.h"

#include <string.h>

#include "base/duration.h"
#include "base/fault.h"
#include "base/time_spec.h"

enum { SETTLED_MS = 60000, STEP_MIN_MS = 1000, STEP_MAX_MS = 3600000 };

static int
read_time(int64_t *ms, const char *flag, const char *text, struct time_spec spec, struct fault *f)
{
	if (time_spec_parse(text, &spec, ms) == 0)
		return 0;
	return fault_set(
		f, STATUS_USAGE, "%s %s: a time is expected, " TIME_SPEC_FORMS, flag, text);
}

int
period_read(struct period *p, const struct period_flags *flags, int64_t now_ms, struct fault *f)
{
	const char *step = flags->step ? flags->step : "30s";
	struct time_spec spec = {.now_ms = now_ms, .utc = true};
	int64_t latest_ms = now_ms - SETTLED_MS;

	p->to_ms = latest_ms;
	if (flags->to && read_time(&p->to_ms, "--to", flags->to, spec, f))
		return -1;
	if (p->to_ms > latest_ms)
		p->to_ms = latest_ms;
	spec.near_ms = flags->to ? p->to_ms : 0; /* 22:00 is the last one before --to */
	if (read_time(&p->from_ms, "--from", flags->from, spec, f))
		return -1;
	if (p->from_ms >= p->to_ms)
		return fault_set(f, STATUS_USAGE,
			"--from %s: a time before --to and more than a minute ago is expected",
			flags->from);
	if (duration_parse(step, strlen(step), &p->step_ms) || p->step_ms < STEP_MIN_MS ||
		p->step_ms > STEP_MAX_MS || p->step_ms % 1000)
		return fault_set(f, STATUS_USAGE,
			"--step %s: whole seconds from 1s to 1h are expected, such as 5m", step);
	return 0;
}
