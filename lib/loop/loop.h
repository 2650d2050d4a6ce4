/* SPDX-License-Identifier: ISC */
#ifndef OP_LOOP_H
#define OP_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"

struct fault;
struct pipeline;

struct loop_options {
	int64_t interval_ms;   /* > 0 */
	int64_t timeout_ms;    /* > 0, a cycle's */
	int64_t grace_ms;      /* >= 0 */
	int64_t jitter_ms;     /* all ticks but the first come later by a random part of it */
	uint64_t count;	       /* cycles, 0: no end */
	uint64_t max_failures; /* failed cycles in a row that end the loop, 0: none */
	bool once;	       /* one cycle, whose status is the loop's */
	bool hangup_ends;      /* SIGHUP ends the loop; else it asks for a cycle now */
	char *after;	       /* run by sh after each cycle, or NULL */
	int ready_fd;	       /* for supervisor_open() */
	enum log_level limit;
	bool log_time; /* each line of the log begins with the time */
};

/*
 * Runs the pipeline on schedule until a signal ends it; signals_open() comes
 * first. Returns the exit status, or -1 with a fault if it could not begin.
 */
int loop_run(const struct loop_options *o, struct pipeline *pipeline, struct fault *f);

#endif
