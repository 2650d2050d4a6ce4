/* SPDX-License-Identifier: ISC */
#include "loop/supervisor.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/number.h"

/* Fills the address from a path, or from @NAME for one without a file. False if it is neither. */
static bool
set_address(struct supervisor *n, const char *name)
{
	size_t len = strlen(name);

	if ((name[0] != '/' && name[0] != '@') || len < 2 || len >= sizeof n->to.sun_path)
		return false;
	n->to.sun_family = AF_UNIX;
	memcpy(n->to.sun_path, name, len + 1);
	if (name[0] == '@')
		n->to.sun_path[0] = '\0';
	/* an abstract name ends by its length, a path with its NUL */
	n->to_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (name[0] == '/'));
	return true;
}

static int64_t
watchdog_ms(void)
{
	const char *usec = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");
	int64_t value;

	if (!usec || number_i64(usec, strlen(usec), 1, INT64_MAX, &value))
		return 0;
	value = value / 1000 + (value < 1000);
	return !pid || strtol(pid, NULL, 10) == getpid() ? value : 0;
}

void
supervisor_open(struct supervisor *n, int ready_fd)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct timeval patience = {.tv_sec = 1};

	*n = (struct supervisor){.socket = -1, .ready_fd = ready_fd};
	if (!name || !set_address(n, name))
		return;
	n->socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (n->socket >= 0)
		(void)setsockopt(n->socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	n->watchdog_ms = watchdog_ms();
}

void
supervisor_close(struct supervisor *n)
{
	if (n->socket >= 0)
		fd_close(n->socket);
	if (n->ready_fd >= 0)
		fd_close(n->ready_fd);
	n->socket = n->ready_fd = -1;
}

void
supervisor_send(const struct supervisor *n, const char *text)
{
	if (n->socket >= 0)
		(void)sendto(n->socket, text, strlen(text), MSG_NOSIGNAL,
			(const struct sockaddr *)&n->to, n->to_len);
}

void
supervisor_ready(struct supervisor *n)
{
	ssize_t sent;

	if (!n->ready)
		supervisor_send(n, "READY=1");
	n->ready = true;
	if (n->ready_fd < 0)
		return;
	sent = write(n->ready_fd, "\n", 1);
	(void)sent; /* the reader may have gone */
	fd_close(n->ready_fd);
	n->ready_fd = -1;
}
