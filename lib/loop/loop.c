/* SPDX-License-Identifier: ISC */
#include "loop/loop.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/fault.h"
#include "loop/childenv.h"
#include "loop/children.h"
#include "loop/job.h"
#include "loop/notify.h"
#include "loop/outcome.h"
#include "loop/schedule.h"
#include "loop/signals.h"
#include "loop/spawn.h"
#include "loop/stages.h"

static const int64_t ms_ns = 1000000;

struct loop {
	const struct loop_options *o;
	struct stages *stages;
	struct stages after; /* one stage, sh -c COMMAND */
	struct stage after_stage;
	char *after_argv[4];
	struct children children;
	struct childenv env;
	struct spawn spawn;
	struct notify notify;
	struct log log;
	struct schedule schedule;
	uint64_t cycles, failures, failures_in_a_row;
	int64_t last_ns, last_whole_ns; /* with what it left behind, and --after */
	int last_status;
	bool run_now, stopping, hurried;
	int64_t stop_by_ns; /* a running cycle may finish until then */
};

/* "12 cycles, 1 skipped, 2 failures, last 120ms with status 65" */
static const char *
summary(const struct loop *l, char out[160])
{
	char room[32];

	(void)snprintf(out, 160, "%llu cycles, %llu skipped, %llu failures, last %s with status %d",
		(unsigned long long)l->cycles, (unsigned long long)l->schedule.skipped,
		(unsigned long long)l->failures, outcome_time(room, l->last_ns), l->last_status);
	return out;
}

/* SIGUSR1 asks, so the answer comes whatever -q says. */
static void
answer(struct loop *l, const struct job *running)
{
	int64_t now = signals_now();
	char text[160], room[32];

	(void)outcome_time(room, running ? now - running->began_ns : l->schedule.due_ns - now);
	log_answer(&l->log, "%s, %s %s", summary(l, text), running ? "one running for" : "next in",
		room);
}

static void
stop(struct loop *l, const char *name, struct job *running)
{
	char text[96];

	l->stopping = true;
	l->stop_by_ns = signals_now() + l->o->grace_ms * ms_ns;
	log_plain(&l->log, LOG_NOTICE, "Received %s, shutting down...", name);
	(void)snprintf(text, sizeof text,
		"STOPPING=1\nSTATUS=shutting down\nEXTEND_TIMEOUT_USEC=%lld",
		(long long)(l->o->grace_ms * 2 + 10000) * 1000);
	notify_send(&l->notify, text);
	if (running)
		job_limit(running, l->stop_by_ns);
}

static void
stop_or_hurry(struct loop *l, const char *name, struct job *running)
{
	if (!l->stopping) {
		stop(l, name, running);
		return;
	}
	l->hurried = true;
	if (running)
		job_hurry(running);
}

static void
heed(struct loop *l, int came, struct job *running)
{
	if (came & CAUGHT_USR1)
		answer(l, running);
	if (came & CAUGHT_INT)
		stop_or_hurry(l, "SIGINT", running);
	if (came & CAUGHT_TERM)
		stop_or_hurry(l, "SIGTERM", running);
	if (!(came & CAUGHT_HUP))
		return;
	if (!l->o->hangup_ends)
		l->run_now = true;
	else if (!l->stopping)
		stop(l, "SIGHUP", running);
}

/* Until nothing of the job is left, or nothing that could be ended. */
static void
await(struct loop *l, struct job *j, struct outcome *o)
{
	enum job_event event;

	while ((event = job_step(j)) != JOB_OVER) {
		o->stopping = l->stopping;
		outcome_event(o, j, event);
		if (j->unkillable && (l->stopping || !stages_running(j->stages))) {
			if (event != JOB_UNKILLABLE)
				outcome_event(
					o, j, JOB_UNKILLABLE); /* it is waited for no longer */
			job_abandon(j);
			return;
		}
		if (event == JOB_WAIT)
			heed(l, signals_wait(j->wake_ns), j);
	}
	o->stopping = l->stopping;
}

/* Runs the job, says how it went and returns its status. */
static int
run(struct loop *l, struct job *j, const char *what, char **env)
{
	struct outcome o = {.log = &l->log, .what = what, .number = l->cycles};
	struct fault f;
	int status;

	j->grace_ns = l->o->grace_ms * ms_ns;
	if (job_start(j, &l->spawn, env, l->o->timeout_ms * ms_ns, &f)) {
		log_say(&l->log, LOG_ERROR, "%s %llu failed: %s", what,
			(unsigned long long)l->cycles, f.text);
		job_hurry(j);
	}
	if (l->stopping)
		job_limit(j, l->stop_by_ns);
	await(l, j, &o);
	spawn_collect(&l->spawn, j->stages);
	if (j->broken)
		return f.status;
	status = outcome_status(j);
	outcome_report(&o, j, status);
	return status;
}

static void
run_after(struct loop *l, int status)
{
	struct job j = {.stages = &l->after, .children = &l->children};
	char **env = childenv_of_after(&l->env, l->cycles, status, l->last_ns / ms_ns);

	/* its status was said; the cycle's stays as it was */
	if (l->o->after && !l->hurried && (!l->stopping || signals_now() < l->stop_by_ns))
		(void)run(l, &j, "--after of cycle", env);
}

/* A hung cycle does not feed the watchdog. */
static void
tell_supervisor(struct loop *l, bool hung)
{
	char text[160], message[192];

	notify_ready(&l->notify);
	(void)snprintf(message, sizeof message, "STATUS=%s%s", summary(l, text),
		hung ? "" : "\nWATCHDOG=1");
	notify_send(&l->notify, message);
}

static bool
cycle(struct loop *l)
{
	struct job j = {.stages = l->stages, .children = &l->children};
	bool failed;

	l->cycles++;
	l->last_status = run(l, &j, "cycle", childenv_of_cycle(&l->env, l->cycles));
	l->last_ns = j.ended_ns - j.began_ns;
	failed = outcome_failed(l->last_status) && !(j.cut_short && l->stopping);
	l->failures += failed;
	l->failures_in_a_row = failed ? l->failures_in_a_row + 1 : 0;
	run_after(l, l->last_status);
	l->last_whole_ns = signals_now() - j.began_ns;
	return j.cut_short;
}

/* Is the loop at its end, but for signals? Then *status is its status. */
static bool
is_done(struct loop *l, int *status)
{
	*status = l->last_status;
	if (l->o->once)
		return true;
	if (l->stopping) {
		*status = STATUS_OK;
		return true;
	}
	if (l->cycles == 1 && stages_hopeless(l->stages)) {
		*status = stages_hopeless(l->stages);
		return true;
	}
	if (l->o->max_failures && l->failures_in_a_row >= l->o->max_failures) {
		log_say(&l->log, LOG_ERROR, "giving up: %llu failed cycles in a row",
			(unsigned long long)l->failures_in_a_row);
		return true;
	}
	*status = STATUS_OK;
	return l->o->count && l->cycles >= l->o->count;
}

static void
say_skipped(struct loop *l, uint64_t skipped, const char *why)
{
	if (skipped)
		log_say(&l->log, LOG_WARNING, "%llu tick%s skipped: %s",
			(unsigned long long)skipped, skipped == 1 ? "" : "s", why);
}

/* Sleeps until the next cycle is due. False where there shall be none. */
static bool
idle(struct loop *l)
{
	uint64_t skipped;
	int ignored;

	heed(l, signals_wait(0), NULL);
	while (!l->stopping && !l->run_now) {
		if (schedule_take(&l->schedule, signals_now(), &skipped)) {
			say_skipped(l, skipped, "op-loop was stopped or got no time");
			return true;
		}
		heed(l, signals_wait(l->schedule.due_ns), NULL);
		while (children_reap(&ignored) > 0)
			continue; /* an orphan that init handed to us, or we are init */
	}
	l->run_now = false;
	return !l->stopping;
}

static int
go(struct loop *l)
{
	char room[32], why[64];
	int status = l->o->once ? STATUS_TRY_AGAIN : STATUS_OK; /* unless a cycle runs */

	while (idle(l)) {
		bool hung = cycle(l);
		bool done = is_done(l, &status);

		if (!done || status == STATUS_OK)
			tell_supervisor(l, hung);
		if (done)
			break;
		(void)snprintf(why, sizeof why, "cycle %llu took %s", (unsigned long long)l->cycles,
			outcome_time(room, l->last_whole_ns));
		say_skipped(l, schedule_pass(&l->schedule, signals_now()), why);
	}
	if (l->stopping)
		log_plain(&l->log, LOG_NOTICE, "Monitor loop stopped");
	return status;
}

/* A random share of the jitter: where many loops start at once, they do not stay together. */
static int64_t
phase_ns(const struct loop_options *o)
{
	uint64_t random = 0;

	if (!o->jitter_ms || getentropy(&random, sizeof random))
		return 0;
	return (int64_t)(random % (uint64_t)(o->jitter_ms * ms_ns));
}

static void
announce(struct loop *l)
{
	char text[96], every[32], first[32];
	int64_t first_ns = l->schedule.due_ns - signals_now();
	/* READY comes with the first cycle, which may take its time, and --after too */
	int64_t cycle_ms = 2 * l->o->timeout_ms + 3 * l->o->grace_ms + 10000;
	int64_t ready_us = first_ns / 1000 + cycle_ms * 1000;

	log_say(&l->log, LOG_DEBUG, "a cycle every %s, the first in %s",
		outcome_time(every, l->schedule.interval_ns),
		outcome_time(first, first_ns > 0 ? first_ns : 0));
	if (l->notify.watchdog_ms && l->notify.watchdog_ms <= l->o->interval_ms)
		log_say(&l->log, LOG_WARNING,
			"the watchdog expects a sign of life every %s, but a cycle comes every %s",
			duration_format(first, l->notify.watchdog_ms),
			duration_format(every, l->o->interval_ms));
	(void)snprintf(text, sizeof text, "STATUS=starting\nEXTEND_TIMEOUT_USEC=%lld",
		(long long)ready_us);
	notify_send(&l->notify, text);
}

int
loop_run(const struct loop_options *o, struct stages *stages, struct fault *f)
{
	char shell[] = "sh", command[] = "-c";
	struct loop l = {.o = o, .stages = stages, .after_argv = {shell, command, o->after}};
	int status;

	if (spawn_open(&l.spawn, f))
		return -1;
	l.after_stage.argv = l.after_argv;
	l.after = (struct stages){.list = &l.after_stage, .count = 1};
	notify_open(&l.notify, o->ready_fd);
	children_open(&l.children);
	childenv_open(&l.env);
	log_open(&l.log, "op-loop", o->limit);
	schedule_init(&l.schedule, signals_now() + phase_ns(o), o->interval_ms * ms_ns);
	announce(&l);
	status = go(&l);
	log_close(&l.log);
	childenv_close(&l.env);
	notify_close(&l.notify);
	spawn_close(&l.spawn);
	return status;
}
