/* SPDX-License-Identifier: ISC */
#ifndef OP_SIGNALS_H
#define OP_SIGNALS_H

#include <signal.h>
#include <stdint.h>

/*
 * The signals of a supervisor. INT, TERM, HUP, USR1 and CHLD are blocked all
 * the time but inside signals_wait(); a handler only notes which came, so
 * nothing ever happens at an unexpected place.
 */
enum caught {
	CAUGHT_CHLD = 1,
	CAUGHT_INT = 2,
	CAUGHT_TERM = 4,
	CAUGHT_HUP = 8,
	CAUGHT_USR1 = 16,
};

/*
 * Blocks and catches them, whatever was inherited; SIGPIPE is ignored, since
 * a log reader that went away must not end a supervisor. Returns whether
 * SIGHUP was ignored before, as nohup(1) does.
 */
int signals_open(void);

/*
 * Sleeps until one of them comes or until the deadline, of signals_now();
 * INT64_MAX is none. Returns those that came, as a set of enum caught, 0 at
 * the deadline. One that came before the call is seen at once.
 */
int signals_wait(int64_t deadline_ns);

/* CLOCK_MONOTONIC: setting the wall clock does not move it. */
int64_t signals_now(void);

/* Which signals are not at their default: caught by us, or ignored since our birth. */
void signals_survey(sigset_t *changed);

/* For a child between fork and exec: these are at their default again, and none is blocked. */
void signals_reset(const sigset_t *changed);

/* "SIGTERM", or "signal 42" written to room; signal names are the same everywhere, numbers are not.
 */
const char *signals_name(int number, char room[16]);

#endif
