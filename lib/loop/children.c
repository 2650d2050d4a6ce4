/* SPDX-License-Identifier: ISC */
#include "loop/children.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void
children_open(struct children *c)
{
	siginfo_t info;

	*c = (struct children){.all = prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0};
	if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0)
		c->all = false;
}

pid_t
children_reap(int *wait_status)
{
	pid_t pid;

	do
		pid = waitpid(-1, wait_status, WNOHANG);
	while (pid < 0 && errno == EINTR);
	return pid;
}

bool
children_in(pid_t group)
{
	return group > 0 && (kill(-group, 0) == 0 || errno == EPERM);
}

bool
children_left(const struct children *c, pid_t group)
{
	siginfo_t info;

	return c->all ? waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0
		      : children_in(group);
}

void
children_forget(struct children *c)
{
	c->told_count = 0;
}

/* One who was told nothing yet. */
static bool
is_new(struct children *c, pid_t pid)
{
	for (size_t i = 0; i < c->told_count; i++)
		if (c->told[i] == pid)
			return false;
	if (c->told_count == CHILDREN_TOLD_MAX)
		return false; /* SIGKILL will find it */
	c->told[c->told_count++] = pid;
	return true;
}

/* A stopped process ends only once it goes on. */
static void
tell(pid_t pid, int signal)
{
	(void)kill(pid, signal); /* it may have ended */
	if (signal != SIGKILL)
		(void)kill(pid, SIGCONT);
}

static void
tell_child(struct children *c, pid_t pid, pid_t group, int signal)
{
	pid_t its_group = getpgid(pid);

	if (its_group == group || (signal != SIGKILL && !is_new(c, pid)))
		return;
	tell(its_group == pid ? -pid : pid, signal); /* the group it leads, or it alone */
}

/* The kernel lists our children, proc(5). */
static void
tell_adopted(struct children *c, pid_t group, int signal)
{
	char list[4096];
	char *at = list, *end;
	int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? 0 : read(fd, list, sizeof list - 1);

	if (fd >= 0)
		(void)close(fd);
	list[len > 0 ? len : 0] = '\0';
	/* a pid ends with a space: one that was cut off is for the next round */
	for (end = strchr(at, ' '); end; end = strchr(at, ' ')) {
		tell_child(c, (pid_t)strtol(at, NULL, 10), group, signal);
		at = end + 1;
	}
}

void
children_signal(struct children *c, pid_t group, int signal, bool again)
{
	if (group > 0 && !again)
		tell(-group, signal);
	if (c->all)
		tell_adopted(c, group, signal);
}
