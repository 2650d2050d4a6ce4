/* SPDX-License-Identifier: ISC */
#include "ticket/pager.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"

static bool
is_longer(FILE *out, const char *text, size_t len)
{
	struct winsize size;
	size_t lines = 0;

	if (!isatty(fileno(out)) || ioctl(fileno(out), TIOCGWINSZ, &size) != 0 || !size.ws_row)
		return false;
	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	return lines >= size.ws_row;
}

/* The child: its stdin is the pipe. */
static _Noreturn void
become(const char *pager, const int pipe_ends[2])
{
	char *command = mem_copy(pager); /* setenv() may move what getenv() gave */

	(void)dup2(pipe_ends[0], STDIN_FILENO); /* if it fails the pager shows nothing */
	fd_close(pipe_ends[0]);
	fd_close(pipe_ends[1]);
	(void)setenv("LESS", "FRX", 0); /* if it fails, less only shows escapes */
	(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* Writes all of it, unless the reader exits first. */
static void
feed(int fd, const char *text, size_t len)
{
	void (*before)(int) = signal(SIGPIPE, SIG_IGN);

	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			break;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	(void)signal(SIGPIPE, before); /* cannot fail for this signal */
}

int
pager_show(FILE *out, const char *text, size_t len)
{
	const char *pager = getenv("PAGER");
	int pipe_ends[2];
	int status = 0;
	pid_t pid;

	if (!pager)
		pager = "less";
	if (!*pager || strcmp(pager, "cat") == 0 || !is_longer(out, text, len) ||
		fflush(out) != 0 || pipe(pipe_ends) != 0)
		return -1;
	pid = fork();
	if (pid == 0)
		become(pager, pipe_ends);
	fd_close(pipe_ends[0]);
	if (pid > 0)
		feed(pipe_ends[1], text, len);
	fd_close(pipe_ends[1]);
	if (pid < 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	/* the shell did not find it, so nothing was shown */
	return WIFEXITED(status) && (WEXITSTATUS(status) == 126 || WEXITSTATUS(status) == 127) ? -1
											       : 0;
}
