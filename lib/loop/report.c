/* SPDX-License-Identifier: ISC */
#include "loop/report.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/text.h"
#include "loop/pipeline.h"
#include "loop/signals.h"

int
report_status(const struct cycle_job *j)
{
	int status = pipeline_status(j->pipeline);

	return j->cut_short && !report_failed(status) ? REPORT_ENDED : status;
}

bool
report_failed(int status)
{
	return status != STATUS_OK && status != STATUS_UNAVAILABLE;
}

char *
report_time(char out[32], int64_t ns)
{
	int64_t ms = ns / 1000000;

	if (ms >= 10000)
		return duration_format(out, ms);
	text_format(out, 32, "%lldms", (long long)ms);
	return out;
}

void
report_event(const struct report *o, const struct cycle_job *j, enum cycle_job_event event)
{
	enum log_level level = j->cut_short && !o->stopping ? LOG_ERROR : LOG_WARNING;
	unsigned long long number = o->number;
	bool waits = pipeline_running(j->pipeline) && !o->stopping;
	char room[32];

	if (event == JOB_TERM_SENT && j->broken)
		return; /* that it could not be started is logged already */
	if (event == JOB_TERM_SENT && j->cut_short)
		log_message(o->log, level, "%s %llu is still running after %s: sending SIGTERM",
			o->what, number, report_time(room, clock_monotonic_ns() - j->began_ns));
	else if (event == JOB_TERM_SENT)
		log_message(o->log, level, "%s %llu left processes behind: sending SIGTERM",
			o->what, number);
	else if (event == JOB_KILL_SENT)
		log_message(
			o->log, level, "%s %llu does not end: sending SIGKILL", o->what, number);
	else if (event == JOB_UNKILLABLE)
		log_message(o->log, LOG_ERROR, "%s %llu: a process survives SIGKILL, %s", o->what,
			number, waits ? "waiting for it" : "it is left alone");
}

static void
describe_stage(struct buf *line, const struct cycle_job *j, size_t i)
{
	const struct stage *stage = &j->pipeline->list[i];
	char room[32];

	if (j->pipeline->count > 1)
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
	buf_printf(line, " after %s", report_time(room, stage->ended_ns - j->began_ns));
}

void
report_end(const struct report *o, const struct cycle_job *j, int status)
{
	bool ended = j->cut_short && o->stopping;
	bool failed = report_failed(status) && !ended;
	bool all = o->log->limit == LOG_DEBUG;
	struct buf *line = log_start(o->log);
	const char *before = "";

	buf_printf(line, "%s %llu", o->what, (unsigned long long)o->number);
	buf_add_text(line, ended ? " was ended: " : failed ? " failed: " : ": ");
	for (size_t i = 0; i < j->pipeline->count; i++) {
		if (!all && !j->pipeline->list[i].status)
			continue;
		buf_add_text(line, before);
		describe_stage(line, j, i);
		before = ", ";
	}
	if (!*before)
		buf_add_text(line, "it got SIGTERM and exited 0");
	log_end(o->log, failed ? LOG_ERROR : status ? LOG_WARNING : LOG_DEBUG);
}
