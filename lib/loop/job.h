/* SPDX-License-Identifier: ISC */
#ifndef OP_JOB_H
#define OP_JOB_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct children;
struct fault;
struct spawn;
struct stages;

/*
 * One run of a pipe, from its start until nothing of it is left. Past its
 * time it is ended: SIGTERM, and SIGKILL after the grace. What its stages
 * leave behind has the grace to finish, then it is ended likewise. Times are
 * of signals_now().
 */
enum job_phase {
	JOB_RUNNING,
	JOB_LINGERING, /* all stages have ended, something that they started has not */
	JOB_TERMINATED,
	JOB_KILLED,
};

enum job_event {
	JOB_WAIT, /* call again when a child has ended, at the latest at wake_ns */
	JOB_TERM_SENT,
	JOB_KILL_SENT,
	JOB_UNKILLABLE, /* SIGKILL did nothing; said once, as the two above */
	JOB_OVER,
};

struct job {
	struct stages *stages;
	struct children *children;
	pid_t group; /* 0 once it is empty */
	int64_t began_ns;
	int64_t ended_ns; /* when the last stage did, or 0 */
	int64_t wake_ns;
	int64_t deadline_ns; /* of its phase */
	int64_t grace_ns;    /* the caller sets it */
	int64_t killed_ns;
	enum job_phase phase;
	bool broken;	 /* not all of it could be started */
	bool cut_short;	 /* its stages were still running when SIGTERM was sent */
	bool unkillable; /* JOB_UNKILLABLE was returned */
};

/* -1 where not all could be started: end it, with job_hurry(), all the same. */
int job_start(
	struct job *j, const struct spawn *s, char **env, int64_t timeout_ns, struct fault *f);

/* What is due now. Reaps whatever has ended, also what is not the job's. */
enum job_event job_step(struct job *j);

/* It has until then. */
void job_limit(struct job *j, int64_t deadline_ns);

/* On to the next signal now, and SIGKILL a second later at the latest. */
void job_hurry(struct job *j);

/*
 * What SIGKILL did not end is given up: the process group alone is looked
 * after from now on, and the stages that still run are no longer ours.
 */
void job_abandon(struct job *j);

#endif
