/* SPDX-License-Identifier: ISC */
#include "loop/loop.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/fault.h"
#include "base/text.h"
#include "loop/cycle_job.h"
#include "loop/descendants.h"
#include "loop/environment.h"
#include "loop/pipeline.h"
#include "loop/report.h"
#include "loop/schedule.h"
#include "loop/signals.h"
#include "loop/spawn.h"
#include "loop/supervisor.h"

static const int64_t ms_ns = 1000000;

struct loop {
	const struct loop_options *o;
	struct pipeline *pipeline;
	struct pipeline after; /* one stage, sh -c COMMAND */
	struct stage after_stage;
	char *after_argv[4];
	struct descendants descendants;
	struct environment env;
	struct spawn spawn;
	struct supervisor supervisor;
	struct log log;
	struct schedule schedule;
	uint64_t cycles, failures, failures_in_a_row;
	int64_t last_ns, last_whole_ns; /* the latter with what it left running, and --after */
	int last_status;
	bool run_now, stopping, hurried;
	int64_t stop_by_ns; /* a running cycle may finish until this time */
};

/* "12 cycles, 1 skipped, 2 failures, last 120ms with status 65" */
static const char *
summary(const struct loop *l, char out[160])
{
	char room[32];

	text_format(out, 160, "%llu cycles, %llu skipped, %llu failures, last %s with status %d",
		(unsigned long long)l->cycles, (unsigned long long)l->schedule.skipped,
		(unsigned long long)l->failures, report_time(room, l->last_ns), l->last_status);
	return out;
}

/* SIGUSR1 asks for it, so -q does not suppress it. */
static void
answer(struct loop *l, const struct cycle_job *running)
{
	int64_t now = clock_monotonic_ns();
	char text[160], room[32];

	(void)report_time(room, running ? now - running->began_ns : l->schedule.due_ns - now);
	log_answer(&l->log, "%s, %s %s", summary(l, text), running ? "one running for" : "next in",
		room);
}

static void
stop(struct loop *l, const char *name, struct cycle_job *running)
{
	char text[96];

	l->stopping = true;
	l->stop_by_ns = clock_monotonic_ns() + l->o->grace_ms * ms_ns;
	log_plain(&l->log, LOG_NOTICE, "Received %s, shutting down...", name);
	text_format(text, sizeof text, "STOPPING=1\nSTATUS=shutting down\nEXTEND_TIMEOUT_USEC=%lld",
		(long long)(l->o->grace_ms * 2 + 10000) * 1000);
	supervisor_send(&l->supervisor, text);
	if (running)
		cycle_job_limit(running, l->stop_by_ns);
}

static void
stop_or_hurry(struct loop *l, const char *name, struct cycle_job *running)
{
	if (!l->stopping) {
		stop(l, name, running);
		return;
	}
	l->hurried = true;
	if (running)
		cycle_job_hurry(running);
}

static void
heed(struct loop *l, int came, struct cycle_job *running)
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

/* Returns once nothing of the job is left, or nothing that can be ended. */
static void
await(struct loop *l, struct cycle_job *j, struct report *o)
{
	enum cycle_job_event event;

	while ((event = cycle_job_step(j)) != JOB_OVER) {
		o->stopping = l->stopping;
		report_event(o, j, event);
		if (j->unkillable && (l->stopping || !pipeline_running(j->pipeline))) {
			if (event != JOB_UNKILLABLE)
				report_event(o, j, JOB_UNKILLABLE); /* no longer waited for */
			cycle_job_abandon(j);
			return;
		}
		if (event == JOB_WAIT)
			heed(l, signals_wait(j->wake_ns), j);
	}
	o->stopping = l->stopping;
}

/* Runs the job, reports how it ended and returns its status. */
static int
run(struct loop *l, struct cycle_job *j, const char *what, char **env)
{
	struct report o = {.log = &l->log, .what = what, .number = l->cycles};
	struct fault f;
	int status;

	j->grace_ns = l->o->grace_ms * ms_ns;
	if (cycle_job_start(j, &l->spawn, env, l->o->timeout_ms * ms_ns, &f)) {
		log_message(&l->log, LOG_ERROR, "%s %llu failed: %s", what,
			(unsigned long long)l->cycles, f.text);
		cycle_job_hurry(j);
	}
	if (l->stopping)
		cycle_job_limit(j, l->stop_by_ns);
	await(l, j, &o);
	spawn_collect(&l->spawn, j->pipeline);
	if (j->broken)
		return f.status;
	status = report_status(j);
	report_end(&o, j, status);
	return status;
}

static void
run_after(struct loop *l, int status)
{
	struct cycle_job j = {.pipeline = &l->after, .descendants = &l->descendants};
	char **env = environment_of_after(&l->env, l->cycles, status, l->last_ns / ms_ns);

	/* its status has been reported; that of the cycle stays as it was */
	if (l->o->after && !l->hurried && (!l->stopping || clock_monotonic_ns() < l->stop_by_ns))
		(void)run(l, &j, "--after of cycle", env);
}

/* After a hung cycle the watchdog gets no sign of life. */
static void
notify(struct loop *l, bool hung)
{
	char text[160], message[192];

	supervisor_ready(&l->supervisor);
	text_format(message, sizeof message, "STATUS=%s%s", summary(l, text),
		hung ? "" : "\nWATCHDOG=1");
	supervisor_send(&l->supervisor, message);
}

static bool
cycle(struct loop *l)
{
	struct cycle_job j = {.pipeline = l->pipeline, .descendants = &l->descendants};
	bool failed;

	l->cycles++;
	l->last_status = run(l, &j, "cycle", environment_of_cycle(&l->env, l->cycles));
	l->last_ns = j.ended_ns - j.began_ns;
	failed = report_failed(l->last_status) && !(j.cut_short && l->stopping);
	l->failures += failed;
	l->failures_in_a_row = failed ? l->failures_in_a_row + 1 : 0;
	run_after(l, l->last_status);
	l->last_whole_ns = clock_monotonic_ns() - j.began_ns;
	return j.cut_short;
}

/* Has the loop ended? Then *status is its exit status. */
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
	if (l->cycles == 1 && pipeline_hopeless(l->pipeline)) {
		*status = pipeline_hopeless(l->pipeline);
		return true;
	}
	if (l->o->max_failures && l->failures_in_a_row >= l->o->max_failures) {
		log_message(&l->log, LOG_ERROR, "giving up: %llu failed cycle%s in a row",
			(unsigned long long)l->failures_in_a_row,
			l->failures_in_a_row == 1 ? "" : "s");
		return true;
	}
	*status = STATUS_OK;
	return l->o->count && l->cycles >= l->o->count;
}

static void
report_skipped(struct loop *l, uint64_t skipped, const char *why)
{
	if (skipped)
		log_message(&l->log, LOG_WARNING, "%llu tick%s skipped: %s",
			(unsigned long long)skipped, skipped == 1 ? "" : "s", why);
}

/* Sleeps until the next cycle is due. False if there is to be none. */
static bool
idle(struct loop *l)
{
	uint64_t skipped;
	int ignored;

	heed(l, signals_wait(INT64_MIN), NULL);
	while (!l->stopping && !l->run_now) {
		if (schedule_take(&l->schedule, clock_monotonic_ns(), &skipped)) {
			report_skipped(l, skipped, "op-loop was suspended or got no CPU time");
			return true;
		}
		heed(l, signals_wait(l->schedule.due_ns), NULL);
		while (descendants_reap(&ignored) > 0)
			continue; /* an orphan that we inherited, or we are init */
	}
	l->run_now = false;
	return !l->stopping;
}

static int
go(struct loop *l)
{
	char room[32], why[64];
	int status = l->o->once ? STATUS_TRY_AGAIN : STATUS_OK; /* if no cycle runs */

	while (idle(l)) {
		bool hung = cycle(l);
		bool done = is_done(l, &status);

		if (!done || status == STATUS_OK)
			notify(l, hung);
		if (done)
			break;
		text_format(why, sizeof why, "cycle %llu took %s", (unsigned long long)l->cycles,
			report_time(room, l->last_whole_ns));
		report_skipped(l, schedule_pass(&l->schedule, clock_monotonic_ns()), why);
	}
	if (l->stopping)
		log_plain(&l->log, LOG_NOTICE, "Monitor loop stopped");
	return status;
}

/* A random part of the jitter: many loops that start at once do not stay together. */
static int64_t
draw_phase_ns(const struct loop_options *o)
{
	uint64_t random = 0;

	if (!o->jitter_ms || getentropy(&random, sizeof random))
		return 0;
	return (int64_t)(random % (uint64_t)(o->jitter_ms * ms_ns));
}

/* In whole seconds and larger units if that is exact, else in milliseconds. */
static const char *
exactly(char out[32], int64_t ms)
{
	return ms % 1000 ? report_time(out, ms * ms_ns) : duration_format(out, ms);
}

static void
announce(struct loop *l)
{
	char text[96], every[32], expected[32];
	int64_t phase_ms = l->schedule.phase_ns / ms_ns;
	/* READY comes with the first cycle, which may take its time, and --after too */
	int64_t ready_ms = 2 * l->o->timeout_ms + 3 * l->o->grace_ms + 10000;

	(void)exactly(every, l->o->interval_ms);
	if (phase_ms)
		log_message(&l->log, LOG_DEBUG,
			"running every %s, starting now; the second cycle in %s", every,
			report_time(expected, (l->o->interval_ms + phase_ms) * ms_ns));
	else
		log_message(&l->log, LOG_DEBUG, "running every %s, starting now", every);
	if (l->supervisor.watchdog_ms && l->supervisor.watchdog_ms <= l->o->interval_ms + phase_ms)
		log_message(&l->log, LOG_WARNING,
			"the watchdog expects a sign of life every %s, but cycles start every %s",
			duration_format(expected, l->supervisor.watchdog_ms), every);
	text_format(text, sizeof text, "STATUS=starting\nEXTEND_TIMEOUT_USEC=%lld",
		(long long)ready_ms * 1000);
	supervisor_send(&l->supervisor, text);
}

int
loop_run(const struct loop_options *o, struct pipeline *pipeline, struct fault *f)
{
	char shell[] = "sh", command[] = "-c";
	int64_t now_ms;
	struct loop l = {.o = o, .pipeline = pipeline, .after_argv = {shell, command, o->after}};
	int status;

	if ((o->log_time && clock_stamp_ms(&now_ms, f)) || spawn_open(&l.spawn, f))
		return -1;
	l.after_stage.argv = l.after_argv;
	l.after = (struct pipeline){.list = &l.after_stage, .count = 1};
	supervisor_open(&l.supervisor, o->ready_fd);
	descendants_open(&l.descendants);
	environment_open(&l.env);
	log_open(&l.log, "op-loop", o->limit);
	l.log.times = o->log_time;
	schedule_init(&l.schedule, clock_monotonic_ns(), o->interval_ms * ms_ns, draw_phase_ns(o));
	announce(&l);
	status = go(&l);
	log_close(&l.log);
	environment_close(&l.env);
	supervisor_close(&l.supervisor);
	spawn_close(&l.spawn);
	return status;
}
