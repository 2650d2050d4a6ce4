/* SPDX-License-Identifier: ISC */
#include "loop/outcome.h"

#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/fault.h"
#include "base/log.h"
#include "loop/signals.h"
#include "loop/stages.h"

int
outcome_status(const struct job *j)
{
	int status = stages_status(j->stages);

	return j->cut_short && !outcome_failed(status) ? OUTCOME_ENDED : status;
}

bool
outcome_failed(int status)
{
	return status != STATUS_OK && status != STATUS_UNAVAILABLE;
}

char *
outcome_time(char out[32], int64_t ns)
{
	int64_t ms = ns / 1000000;

	if (ms >= 10000)
		return duration_format(out, ms);
	(void)snprintf(out, 32, "%lldms", (long long)ms);
	return out;
}

void
outcome_event(const struct outcome *o, const struct job *j, enum job_event event)
{
	enum log_level level = j->cut_short && !o->stopping ? LOG_ERROR : LOG_WARNING;
	unsigned long long number = o->number;
	bool waits = stages_running(j->stages) && !o->stopping;
	char room[32];

	if (event == JOB_TERM_SENT && j->broken)
		return; /* that it could not be started was said */
	if (event == JOB_TERM_SENT && j->cut_short)
		log_say(o->log, level, "%s %llu still runs after %s: sending SIGTERM", o->what,
			number, outcome_time(room, signals_now() - j->began_ns));
	else if (event == JOB_TERM_SENT)
		log_say(o->log, level, "%s %llu left processes behind: sending SIGTERM", o->what,
			number);
	else if (event == JOB_KILL_SENT)
		log_say(o->log, level, "%s %llu does not end: sending SIGKILL", o->what, number);
	else if (event == JOB_UNKILLABLE)
		log_say(o->log, LOG_ERROR, "%s %llu: a process survives SIGKILL, %s", o->what,
			number, waits ? "waiting for it" : "it is left alone");
}

static void
describe_stage(struct buf *line, const struct job *j, size_t i)
{
	const struct stage *stage = &j->stages->list[i];
	char room[32];

	if (j->stages->count > 1)
		buf_printf(line, "stage %zu ", i + 1);
	buf_printf(line, "%.80s ", stage->argv[0]);
	if (stage->exec_error) {
		buf_printf(line, "cannot be executed: %s", strerror(stage->exec_error));
		return;
	}
	if (stage->signal)
		buf_printf(line, "killed by %s", signals_name(stage->signal, room));
	else
		buf_printf(line, "exited %d", stage->status);
	buf_printf(line, " after %s", outcome_time(room, stage->ended_ns - j->began_ns));
}

void
outcome_report(const struct outcome *o, const struct job *j, int status)
{
	bool ended = j->cut_short && o->stopping;
	bool failed = outcome_failed(status) && !ended;
	bool all = o->log->limit == LOG_DEBUG;
	struct buf *line = log_start(o->log);
	const char *before = "";

	buf_printf(line, "%s %llu", o->what, (unsigned long long)o->number);
	buf_add_text(line, ended ? " was ended: " : failed ? " failed: " : ": ");
	for (size_t i = 0; i < j->stages->count; i++) {
		if (!all && !j->stages->list[i].status)
			continue;
		buf_add_text(line, before);
		describe_stage(line, j, i);
		before = ", ";
	}
	if (!*before)
		buf_add_text(line, "it was told to end, and exited 0");
	log_end(o->log, failed ? LOG_ERROR : status ? LOG_WARNING : LOG_DEBUG);
}
