/* SPDX-License-Identifier: ISC */
#include "loop/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"
#include "loop/pipeline.h"
#include "loop/signals.h"

enum { NOT_EXECUTABLE = 126, NOT_FOUND = 127 };

/* Smaller than PIPE_BUF, so each is written and read whole. */
struct exec_failure {
	size_t stage;
	int error;
};

/* Descriptors that we inherited are not passed on. */
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
	if (pipe2(s->failures, O_CLOEXEC | O_NONBLOCK))
		return fault_errno(f, STATUS_TRY_AGAIN, errno, "pipe");
	return 0;
}

void
spawn_close(struct spawn *s)
{
	fd_close(s->failures[0]); /* pipes have nothing to lose */
	fd_close(s->failures[1]);
}

/* A child must not outlive a parent that was killed. False if it is too late for that. */
static bool
die_with(pid_t parent)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM); /* a signal that exists is not refused */
	return getppid() == parent;
}

static _Noreturn void
become(const struct spawn *s, const struct pipeline *pipeline, size_t i, char **env, pid_t group,
	int in, int out, pid_t parent)
{
	struct exec_failure failure = {.stage = i};

	signals_reset(&s->changed);
	(void)setpgid(0, group); /* the parent does the same: either may come first */
	if (!die_with(parent))
		_exit(NOT_EXECUTABLE);
	environ = env;
	if ((in < 0 || dup2(in, STDIN_FILENO) >= 0) && (out < 0 || dup2(out, STDOUT_FILENO) >= 0))
		(void)execvp(pipeline->list[i].argv[0], pipeline->list[i].argv);
	failure.error = errno;
	if (write(s->failures[1], &failure, sizeof failure) < 0)
		_exit(NOT_EXECUTABLE);
	_exit(failure.error == ENOENT || failure.error == ENOTDIR ? NOT_FOUND : NOT_EXECUTABLE);
}

static void
drop(int *fd)
{
	fd_close(*fd);
	*fd = -1;
}

/* One stage, reading *in, which becomes the next one's. */
static int
spawn_one(const struct spawn *s, struct pipeline *pipeline, size_t i, char **env, pid_t *group,
	int *in, struct fault *f)
{
	struct stage *stage = &pipeline->list[i];
	pid_t parent = getpid();
	int ends[2] = {-1, -1};

	if (i + 1 < pipeline->count && pipe2(ends, O_CLOEXEC))
		return fault_errno(f, STATUS_TRY_AGAIN, errno, "%s: pipe", stage->argv[0]);
	stage->pid = fork();
	if (stage->pid == 0)
		become(s, pipeline, i, env, *group, *in, ends[1], parent);
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
	const struct spawn *s, struct pipeline *pipeline, char **env, pid_t *group, struct fault *f)
{
	int in = -1, failed = 0;

	*group = 0;
	for (size_t i = 0; i < pipeline->count; i++)
		pipeline->list[i] = (struct stage){.argv = pipeline->list[i].argv};
	for (size_t i = 0; i < pipeline->count && !failed; i++)
		failed = spawn_one(s, pipeline, i, env, group, &in, f);
	drop(&in);
	return failed;
}

void
spawn_collect(const struct spawn *s, struct pipeline *pipeline)
{
	struct exec_failure failure;

	while (read(s->failures[0], &failure, sizeof failure) == (ssize_t)sizeof failure)
		if (failure.stage < pipeline->count)
			pipeline->list[failure.stage].exec_error = failure.error;
}
