/* SPDX-License-Identifier: ISC */
#ifndef OP_OUTCOME_H
#define OP_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "loop/job.h"

struct log;

/* What a job came to, and what is said about it. */
struct outcome {
	struct log *log;
	const char *what; /* "cycle" */
	uint64_t number;
	bool stopping; /* op-loop was told to stop: being cut short is no failure then */
};

enum { OUTCOME_ENDED = 124 }; /* as timeout(1) */

/*
 * The status of a finished job: its stages', or OUTCOME_ENDED where it had to
 * be ended and they all took that for a success.
 */
int outcome_status(const struct job *j);

/* Is it a failed cycle? All but 0 and 69 are. */
bool outcome_failed(int status);

/* A duration for people: milliseconds up to ten seconds, then lib/duration.h. Returns out. */
char *outcome_time(char out[32], int64_t ns);

/* Says what job_step() has just done; nothing for JOB_WAIT. */
void outcome_event(const struct outcome *o, const struct job *j, enum job_event event);

/*
 * Says how the job ended, naming each stage that did not exit 0: "cycle 7
 * failed: stage 2 op-check exited 65 after 12ms". One that ended well is said
 * at LOG_DEBUG, with all its stages.
 */
void outcome_report(const struct outcome *o, const struct job *j, int status);

#endif
