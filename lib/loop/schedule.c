/* SPDX-License-Identifier: ISC */
#include "loop/schedule.h"

#include <assert.h>

void
schedule_init(struct schedule *s, int64_t origin_ns, int64_t interval_ns, int64_t phase_ns)
{
	assert(interval_ns > 0 && phase_ns >= 0);
	*s = (struct schedule){
		.origin_ns = origin_ns,
		.interval_ns = interval_ns,
		.phase_ns = phase_ns,
		.due_ns = origin_ns,
	};
}

/* Moves due_ns on to the first tick at or after `from`. Returns how many it passed over. */
static uint64_t
move_to(struct schedule *s, int64_t from_ns)
{
	int64_t ticks;

	if (from_ns <= s->due_ns)
		return 0;
	ticks = (from_ns - s->due_ns - 1) / s->interval_ns + 1;
	s->due_ns += ticks * s->interval_ns;
	return (uint64_t)ticks;
}

int
schedule_take(struct schedule *s, int64_t now_ns, uint64_t *skipped)
{
	*skipped = 0;
	if (now_ns < s->due_ns)
		return 0;
	s->due_ns += s->interval_ns + s->phase_ns;
	s->phase_ns = 0;
	*skipped = move_to(s, now_ns + 1);
	s->skipped += *skipped;
	return 1;
}

uint64_t
schedule_pass(struct schedule *s, int64_t now_ns)
{
	uint64_t passed = move_to(s, now_ns);

	s->skipped += passed;
	return passed;
}
