/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_H
#define OP_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "loop/cycle_job.h"

struct log;

/* How a job ended, and what is logged about it. */
struct report {
	struct log *log;
	const char *what; /* "cycle" */
	uint64_t number;
	bool stopping; /* op-loop is stopping: being cut short is not a failure then */
};

enum { REPORT_ENDED = 124 }; /* as timeout(1) */

/*
 * The status of a finished job: that of its pipeline, or REPORT_ENDED if it
 * was ended for its time and did not fail itself.
 */
int report_status(const struct cycle_job *j);

/* Is it the status of a failed cycle? All but 0 and 69 are. */
bool report_failed(int status);

/* A duration for people: milliseconds up to ten seconds, then as duration_format(). Returns out. */
char *report_time(char out[32], int64_t ns);

/* Logs what cycle_job_step() has just done; nothing for JOB_WAIT. */
void report_event(const struct report *o, const struct cycle_job *j, enum cycle_job_event event);

/*
 * Logs how the job ended, naming each stage that did not exit 0: "cycle 7
 * failed: stage 2 op-check exited 65 after 12ms". A success is logged at
 * LOG_DEBUG, with all its stages.
 */
void report_end(const struct report *o, const struct cycle_job *j, int status);

#endif
