/* SPDX-License-Identifier: ISC */
#include "loop/job.h"

#include <signal.h>
#include <sys/wait.h>

#include "loop/children.h"
#include "loop/signals.h"
#include "loop/spawn.h"
#include "loop/stages.h"

static const int64_t hurry_ns = INT64_C(1000000000);
static const int64_t retry_ns = INT64_C(100000000);
static const int64_t unkillable_ns = INT64_C(5000000000);

int
job_start(struct job *j, const struct spawn *s, char **env, int64_t timeout_ns, struct fault *f)
{
	j->began_ns = signals_now();
	j->deadline_ns = j->began_ns + timeout_ns;
	j->ended_ns = j->killed_ns = 0;
	j->phase = JOB_RUNNING;
	j->cut_short = j->unkillable = false;
	children_forget(j->children);
	j->broken = spawn_stages(s, j->stages, env, &j->group, f) != 0;
	return j->broken ? -1 : 0;
}

static void
note_end(struct stages *stages, pid_t pid, int wait_status, int64_t now)
{
	for (size_t i = 0; i < stages->count; i++) {
		struct stage *stage = &stages->list[i];

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
reap(struct job *j, int64_t now)
{
	int wait_status;
	pid_t pid;

	for (pid = children_reap(&wait_status); pid > 0; pid = children_reap(&wait_status))
		note_end(j->stages, pid, wait_status, now);
	if (!j->ended_ns && !stages_running(j->stages))
		j->ended_ns = now;
}

static enum job_event
send_term(struct job *j, int64_t now)
{
	j->phase = JOB_TERMINATED;
	j->cut_short = !j->ended_ns;
	j->deadline_ns = now + j->grace_ns;
	children_signal(j->children, j->group, SIGTERM, false);
	return JOB_TERM_SENT;
}

static enum job_event
send_kill(struct job *j, int64_t now)
{
	bool first = j->phase != JOB_KILLED;

	if (first)
		j->killed_ns = now;
	j->phase = JOB_KILLED;
	j->deadline_ns = now + retry_ns;
	children_signal(j->children, j->group, SIGKILL, false);
	if (first)
		return JOB_KILL_SENT;
	if (j->unkillable || now - j->killed_ns < unkillable_ns)
		return JOB_WAIT;
	j->unkillable = true;
	return JOB_UNKILLABLE;
}

static enum job_event
step(struct job *j, int64_t now)
{
	reap(j, now);
	if (j->ended_ns && !children_in(j->group))
		j->group = 0; /* the number may be another's from now on */
	if (j->ended_ns && !children_left(j->children, j->group))
		return JOB_OVER;
	if (j->ended_ns && j->phase == JOB_RUNNING) {
		j->phase = JOB_LINGERING;
		job_limit(j, now + j->grace_ns);
	}
	if (j->phase == JOB_KILLED)
		return send_kill(j, now); /* what SIGKILL orphaned is our child by now */
	if (now >= j->deadline_ns)
		return j->phase == JOB_TERMINATED ? send_kill(j, now) : send_term(j, now);
	if (j->phase == JOB_TERMINATED)
		children_signal(j->children, j->group, SIGTERM, true);
	return JOB_WAIT;
}

enum job_event
job_step(struct job *j)
{
	int64_t now = signals_now();
	enum job_event event = step(j, now);

	j->wake_ns = j->deadline_ns;
	/* what is not our child ends without telling us */
	if (j->ended_ns && !j->children->all && j->wake_ns > now + retry_ns)
		j->wake_ns = now + retry_ns;
	return event;
}

void
job_limit(struct job *j, int64_t deadline_ns)
{
	if (j->deadline_ns > deadline_ns)
		j->deadline_ns = deadline_ns;
}

void
job_hurry(struct job *j)
{
	if (j->grace_ns > hurry_ns)
		j->grace_ns = hurry_ns;
	job_limit(j, signals_now());
}

void
job_abandon(struct job *j)
{
	j->children->all = false;
	if (!j->ended_ns)
		j->ended_ns = signals_now();
	for (size_t i = 0; i < j->stages->count; i++) {
		struct stage *stage = &j->stages->list[i];

		if (stage->pid)
			*stage = (struct stage){.argv = stage->argv,
				.signal = SIGKILL,
				.status = 128 + SIGKILL,
				.ended_ns = j->ended_ns};
	}
}
