/* SPDX-License-Identifier: ISC */
#ifndef OP_LOOP_H
#define OP_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"

struct fault;
struct stages;

struct loop_options {
	int64_t interval_ms;   /* > 0 */
	int64_t timeout_ms;    /* > 0, a cycle's */
	int64_t grace_ms;      /* >= 0 */
	int64_t jitter_ms;     /* the first tick comes at a random point within it */
	uint64_t count;	       /* cycles, 0: no end */
	uint64_t max_failures; /* failed cycles in a row that end the loop, 0: none */
	bool once;	       /* one cycle, whose status is ours */
	bool hangup_ends;      /* SIGHUP is the terminal's end; else it asks for a cycle now */
	char *after;	       /* run by sh after each cycle, or NULL */
	int ready_fd;	       /* for notify_open() */
	enum log_level limit;
};

/*
 * Runs the stages on schedule until told to stop, with signals_open() done
 * before. Returns the exit status; -1 with a fault where it could not begin.
 */
int loop_run(const struct loop_options *o, struct stages *stages, struct fault *f);

#endif
