/* SPDX-License-Identifier: ISC */
#include "loop/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/fault.h"
#include "loop/signals.h"
#include "loop/stages.h"

enum { NOT_EXECUTABLE = 126, NOT_FOUND = 127 };

/* Smaller than PIPE_BUF, so each is written and read whole. */
struct report {
	size_t stage;
	int error;
};

/* What we were born with beyond 2 is not passed on. */
static void
close_on_exec(void)
{
#ifdef CLOSE_RANGE_CLOEXEC
	if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
		return;
#endif
	for (int fd = 3; fd < 1024; fd++)
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC); /* most of them are not open */
}

int
spawn_open(struct spawn *s, struct fault *f)
{
	close_on_exec();
	signals_survey(&s->changed);
	if (pipe2(s->reports, O_CLOEXEC | O_NONBLOCK))
		return fault_errno(f, STATUS_TRY_AGAIN, errno, "pipe");
	return 0;
}

void
spawn_close(struct spawn *s)
{
	(void)close(s->reports[0]); /* pipes have nothing to lose */
	(void)close(s->reports[1]);
}

/* The child shall not outlive a parent that was killed. False where it is too late for that. */
static bool
die_with(pid_t parent)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM); /* a signal that exists is not refused */
	return getppid() == parent;
}

static _Noreturn void
become(const struct spawn *s, const struct stages *stages, size_t i, char **env, pid_t group,
	int in, int out, pid_t parent)
{
	struct report report = {.stage = i};

	signals_reset(&s->changed);
	(void)setpgid(0, group); /* so does the parent: whoever comes first */
	if (!die_with(parent))
		_exit(NOT_EXECUTABLE);
	environ = env;
	if ((in < 0 || dup2(in, STDIN_FILENO) >= 0) && (out < 0 || dup2(out, STDOUT_FILENO) >= 0))
		(void)execvp(stages->list[i].argv[0], stages->list[i].argv);
	report.error = errno;
	if (write(s->reports[1], &report, sizeof report) < 0)
		_exit(NOT_EXECUTABLE);
	_exit(report.error == ENOENT || report.error == ENOTDIR ? NOT_FOUND : NOT_EXECUTABLE);
}

static void
drop(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

/* One stage, reading *in, which becomes the next one's. */
static int
spawn_one(const struct spawn *s, struct stages *stages, size_t i, char **env, pid_t *group, int *in,
	struct fault *f)
{
	struct stage *stage = &stages->list[i];
	pid_t parent = getpid();
	int ends[2] = {-1, -1};

	if (i + 1 < stages->count && pipe2(ends, O_CLOEXEC))
		return fault_errno(f, STATUS_TRY_AGAIN, errno, "%s: pipe", stage->argv[0]);
	stage->pid = fork();
	if (stage->pid == 0)
		become(s, stages, i, env, *group, *in, ends[1], parent);
	drop(in);
	drop(&ends[1]);
	if (stage->pid < 0) {
		stage->pid = 0;
		drop(&ends[0]);
		return fault_errno(f, STATUS_TRY_AGAIN, errno, "%s: fork", stage->argv[0]);
	}
	*in = ends[0];
	if (!*group)
		*group = stage->pid;
	(void)setpgid(stage->pid, *group);
	return 0;
}

int
spawn_stages(
	const struct spawn *s, struct stages *stages, char **env, pid_t *group, struct fault *f)
{
	int in = -1, failed = 0;

	*group = 0;
	for (size_t i = 0; i < stages->count; i++)
		stages->list[i] = (struct stage){.argv = stages->list[i].argv};
	for (size_t i = 0; i < stages->count && !failed; i++)
		failed = spawn_one(s, stages, i, env, group, &in, f);
	drop(&in);
	return failed;
}

void
spawn_collect(const struct spawn *s, struct stages *stages)
{
	struct report report;

	while (read(s->reports[0], &report, sizeof report) == (ssize_t)sizeof report)
		if (report.stage < stages->count)
			stages->list[report.stage].exec_error = report.error;
}
