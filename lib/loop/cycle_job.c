/* SPDX-License-Identifier: ISC */
#include "loop/cycle_job.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "loop/descendants.h"
#include "loop/pipeline.h"
#include "loop/signals.h"
#include "loop/spawn.h"

static const int64_t hurry_ns = INT64_C(1000000000);
static const int64_t retry_ns = INT64_C(100000000);
static const int64_t unkillable_ns = INT64_C(5000000000);

int
cycle_job_start(
	struct cycle_job *j, const struct spawn *s, char **env, int64_t timeout_ns, struct fault *f)
{
	j->began_ns = clock_monotonic_ns();
	j->deadline_ns = j->began_ns + timeout_ns;
	j->ended_ns = j->killed_ns = 0;
	j->phase = JOB_RUNNING;
	j->cut_short = j->unkillable = false;
	descendants_forget(j->descendants);
	j->broken = spawn_stages(s, j->pipeline, env, &j->group, f) != 0;
	return j->broken ? -1 : 0;
}

static void
note_end(struct pipeline *pipeline, pid_t pid, int wait_status, int64_t now)
{
	for (size_t i = 0; i < pipeline->count; i++) {
		struct stage *stage = &pipeline->list[i];

		if (stage->pid != pid)
			continue;
		stage->pid = 0;
		stage->ended_ns = now;
		stage->signal = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
		stage->status = stage->signal ? 128 + stage->signal : WEXITSTATUS(wait_status);
		return;
	}
}

static void
reap(struct cycle_job *j, int64_t now)
{
	int wait_status;
	pid_t pid;

	for (pid = descendants_reap(&wait_status); pid > 0; pid = descendants_reap(&wait_status))
		note_end(j->pipeline, pid, wait_status, now);
	if (!j->ended_ns && !pipeline_running(j->pipeline))
		j->ended_ns = now;
}

static enum cycle_job_event
send_term(struct cycle_job *j, int64_t now)
{
	j->phase = JOB_TERMINATED;
	j->cut_short = !j->ended_ns;
	j->deadline_ns = now + j->grace_ns;
	descendants_signal(j->descendants, j->group, SIGTERM, false);
	return JOB_TERM_SENT;
}

static enum cycle_job_event
send_kill(struct cycle_job *j, int64_t now)
{
	bool first = j->phase != JOB_KILLED;

	if (first)
		j->killed_ns = now;
	j->phase = JOB_KILLED;
	j->deadline_ns = now + retry_ns;
	descendants_signal(j->descendants, j->group, SIGKILL, false);
	if (first)
		return JOB_KILL_SENT;
	if (j->unkillable || now - j->killed_ns < unkillable_ns)
		return JOB_WAIT;
	j->unkillable = true;
	return JOB_UNKILLABLE;
}

static enum cycle_job_event
step(struct cycle_job *j, int64_t now)
{
	reap(j, now);
	if (j->ended_ns && !descendants_in(j->group))
		j->group = 0; /* another group may get the number from now on */
	if (j->ended_ns && !descendants_left(j->descendants, j->group))
		return JOB_OVER;
	if (j->ended_ns && j->phase == JOB_RUNNING) {
		j->phase = JOB_LINGERING;
		cycle_job_limit(j, now + j->grace_ns);
	}
	if (j->phase == JOB_KILLED)
		return send_kill(j, now); /* what it orphaned is our child by now */
	if (now >= j->deadline_ns)
		return j->phase == JOB_TERMINATED ? send_kill(j, now) : send_term(j, now);
	if (j->phase == JOB_TERMINATED)
		descendants_signal(j->descendants, j->group, SIGTERM, true);
	return JOB_WAIT;
}

enum cycle_job_event
cycle_job_step(struct cycle_job *j)
{
	int64_t now = clock_monotonic_ns();
	enum cycle_job_event event = step(j, now);

	j->wake_ns = j->deadline_ns;
	/* no signal reports the end of what is not our child */
	if (j->ended_ns && !j->descendants->all && j->wake_ns > now + retry_ns)
		j->wake_ns = now + retry_ns;
	return event;
}

void
cycle_job_limit(struct cycle_job *j, int64_t deadline_ns)
{
	if (j->deadline_ns > deadline_ns)
		j->deadline_ns = deadline_ns;
}

void
cycle_job_hurry(struct cycle_job *j)
{
	if (j->grace_ns > hurry_ns)
		j->grace_ns = hurry_ns;
	cycle_job_limit(j, clock_monotonic_ns());
}

void
cycle_job_abandon(struct cycle_job *j)
{
	j->descendants->all = false;
	if (!j->ended_ns)
		j->ended_ns = clock_monotonic_ns();
	for (size_t i = 0; i < j->pipeline->count; i++) {
		struct stage *stage = &j->pipeline->list[i];

		if (stage->pid)
			*stage = (struct stage){.argv = stage->argv,
				.signal = SIGKILL,
				.status = 128 + SIGKILL,
				.ended_ns = j->ended_ns};
	}
}
