/* SPDX-License-Identifier: ISC */
#ifndef OP_CYCLE_JOB_H
#define OP_CYCLE_JOB_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct descendants;
struct fault;
struct spawn;
struct pipeline;

/*
 * One run of a pipeline, from its start until none of its processes is left.
 * A run that exceeds its time gets SIGTERM, and SIGKILL after the grace.
 * Processes that outlive the stages have the grace to finish, then they are
 * ended in the same way. Times are those of clock_monotonic_ns().
 */
enum cycle_job_phase {
	JOB_RUNNING,
	JOB_LINGERING, /* all stages have ended, but not all that they started */
	JOB_TERMINATED,
	JOB_KILLED,
};

enum cycle_job_event {
	JOB_WAIT, /* call again when a child has ended, at the latest at wake_ns */
	JOB_TERM_SENT,
	JOB_KILL_SENT,
	JOB_UNKILLABLE, /* SIGKILL had no effect; returned once, as the two above */
	JOB_OVER,
};

struct cycle_job {
	struct pipeline *pipeline;
	struct descendants *descendants;
	pid_t group; /* 0 once it is empty */
	int64_t began_ns;
	int64_t ended_ns; /* when the last stage did, or 0 */
	int64_t wake_ns;
	int64_t deadline_ns; /* of its phase */
	int64_t grace_ns;    /* the caller sets it */
	int64_t killed_ns;
	enum cycle_job_phase phase;
	bool broken;	 /* not all of it could be started */
	bool cut_short;	 /* its stages were still running when SIGTERM was sent */
	bool unkillable; /* JOB_UNKILLABLE was returned */
};

/* -1 if not all could be started: end it with cycle_job_hurry() all the same. */
int cycle_job_start(struct cycle_job *j, const struct spawn *s, char **env, int64_t timeout_ns,
	struct fault *f);

/* Does what is due now. Reaps every child that has ended, even one that is not of the job. */
enum cycle_job_event cycle_job_step(struct cycle_job *j);

/* Gives it no longer than until then. */
void cycle_job_limit(struct cycle_job *j, int64_t deadline_ns);

/* Sends the next signal now, and SIGKILL a second later at the latest. */
void cycle_job_hurry(struct cycle_job *j);

/*
 * Gives up what SIGKILL did not end: from now on only process groups are
 * ended, and the stages that still run count as killed.
 */
void cycle_job_abandon(struct cycle_job *j);

#endif
