/* SPDX-License-Identifier: ISC */
#include "loop/descendants.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"

void
descendants_open(struct descendants *c)
{
	siginfo_t info;

	*c = (struct descendants){.all = prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0};
	if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0)
		c->all = false;
}

pid_t
descendants_reap(int *wait_status)
{
	pid_t pid;

	do
		pid = waitpid(-1, wait_status, WNOHANG);
	while (pid < 0 && errno == EINTR);
	return pid;
}

bool
descendants_in(pid_t group)
{
	return group > 0 && (kill(-group, 0) == 0 || errno == EPERM);
}

bool
descendants_left(const struct descendants *c, pid_t group)
{
	siginfo_t info;

	return c->all ? waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0
		      : descendants_in(group);
}

void
descendants_forget(struct descendants *c)
{
	c->asked_count = 0;
}

/* Has it not been asked to end yet? */
static bool
is_new(struct descendants *c, pid_t pid)
{
	for (size_t i = 0; i < c->asked_count; i++)
		if (c->asked[i] == pid)
			return false;
	if (c->asked_count == DESCENDANTS_ASKED_MAX)
		return false; /* SIGKILL reaches it */
	c->asked[c->asked_count++] = pid;
	return true;
}

/* A stopped process does not end until it is continued. */
static void
send(pid_t pid, int signal)
{
	(void)kill(pid, signal); /* it may have ended */
	if (signal != SIGKILL)
		(void)kill(pid, SIGCONT);
}

static void
signal_child(struct descendants *c, pid_t pid, pid_t group, int signal)
{
	pid_t its_group = getpgid(pid);

	if (its_group == group || (signal != SIGKILL && !is_new(c, pid)))
		return;
	send(its_group == pid ? -pid : pid, signal); /* the group it leads, or it alone */
}

/* The kernel lists our children, proc(5). */
static void
signal_adopted(struct descendants *c, pid_t group, int signal)
{
	char list[4096];
	char *at = list, *end;
	int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? 0 : read(fd, list, sizeof list - 1);

	fd_close(fd);
	list[len > 0 ? len : 0] = '\0';
	/* a space follows each pid: one that was cut off is left for the next call */
	for (end = strchr(at, ' '); end; end = strchr(at, ' ')) {
		signal_child(c, (pid_t)strtol(at, NULL, 10), group, signal);
		at = end + 1;
	}
}

void
descendants_signal(struct descendants *c, pid_t group, int signal, bool again)
{
	if (group > 0 && !again)
		send(-group, signal);
	if (c->all)
		signal_adopted(c, group, signal);
}
