/* SPDX-License-Identifier: ISC */
#include "base/clock.h"

#include <time.h>

#include "base/fault.h"
#include "base/timestamp.h"

/* Without -D_TIME_BITS=64, time ends in 2038 on 32-bit machines. */
_Static_assert(sizeof(time_t) >= sizeof(int64_t), "time_t has 64 bits");

static struct timespec
read_clock(clockid_t id)
{
	struct timespec now;

	(void)clock_gettime(id, &now); /* cannot fail: both clocks exist wherever we build */
	return now;
}

int64_t
clock_monotonic_ns(void)
{
	struct timespec now = read_clock(CLOCK_MONOTONIC);

	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t
clock_wall_ms(void)
{
	struct timespec now = read_clock(CLOCK_REALTIME);

	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int
clock_stamp_ms(int64_t *ms, struct fault *f)
{
	int64_t now_ms = clock_wall_ms();

	if (now_ms < 0 || now_ms > TIMESTAMP_MAX)
		return fault_set(f, STATUS_TRY_AGAIN,
			"the clock of this machine is %s: set it, then try again",
			now_ms < 0 ? "before 1970" : "after 9999");
	*ms = now_ms;
	return 0;
}
