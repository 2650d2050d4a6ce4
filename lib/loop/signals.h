/* SPDX-License-Identifier: ISC */
#ifndef OP_SIGNALS_H
#define OP_SIGNALS_H

#include <signal.h>
#include <stdint.h>

/*
 * The signals of a supervisor. INT, TERM, HUP, USR1 and CHLD are blocked
 * except inside signals_wait(). The handler only notes which came, so nothing
 * happens at an unexpected place.
 */
enum caught {
	CAUGHT_CHLD = 1,
	CAUGHT_INT = 2,
	CAUGHT_TERM = 4,
	CAUGHT_HUP = 8,
	CAUGHT_USR1 = 16,
};

/*
 * Blocks and catches them, whatever was inherited. SIGPIPE is ignored, since
 * a reader of the log that exits must not end a supervisor. Returns whether
 * SIGHUP was ignored before, as nohup(1) does.
 */
int signals_open(void);

/*
 * Sleeps until one of them comes or until the deadline, on the clock of
 * clock_monotonic_ns(); INT64_MAX waits without end, INT64_MIN does not wait. Returns those that
 * came as a set of enum caught, 0 at the deadline. It returns at once if one came before the call.
 */
int signals_wait(int64_t deadline_ns);

/* Which signals are not at their default: caught here, or ignored when we started. */
void signals_survey(sigset_t *changed);

/* For a child between fork and exec: resets these to their defaults and unblocks all signals. */
void signals_reset(const sigset_t *changed);

/* "SIGTERM", or "signal 42" written to room; signal names are the same everywhere, numbers are not.
 */
const char *signals_name(int number, char room[16]);

#endif
