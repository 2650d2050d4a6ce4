/* SPDX-License-Identifier: ISC */
#include "ticket/write_queue.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/fd.h"

/* Whoever may write the database may wait for it. */
static int
open_queue(const char *database)
{
	struct stat st, own;
	struct buf path;
	int fd = -1;

	buf_init(&path, 1 << 16);
	buf_printf(&path, "%s-queue", database);
	if (!path.full && stat(database, &st) == 0)
		fd = open(path.data, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	buf_free(&path);
	if (fd < 0)
		return -1;
	if (fstat(fd, &own) || !S_ISREG(own.st_mode)) {
		fd_close(fd);
		return -1;
	}
	if (own.st_uid == geteuid() && (own.st_mode & 0777) != (st.st_mode & 0666) &&
		(own.st_gid == st.st_gid || fchown(fd, (uid_t)-1, st.st_gid) == 0))
		(void)fchmod(fd, st.st_mode & 0666); /* else others write without a queue */
	return fd;
}

/* Does nothing: the signal itself ends the wait. */
static void
on_alarm(int signal)
{
	(void)signal;
}

/* 1: locked; 0: timed out; -1: this file system has no such locks. */
static int
wait_for(int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int64_t end_ns = clock_monotonic_ns() + WRITE_QUEUE_WAIT_S * INT64_C(1000000000);

	for (;;) {
		if (fcntl(fd, F_OFD_SETLKW, &lock) == 0)
			return 1;
		if (errno != EINTR)
			return -1;
		if (clock_monotonic_ns() >= end_ns)
			return 0;
	}
}

int
write_queue_enter(const char *database, struct fault *f)
{
	static const struct itimerval every_second = {{1, 0}, {1, 0}}, never;
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct sigaction wake = {.sa_handler = on_alarm}, before;
	int fd = open_queue(database);
	int got;

	if (fd < 0 || fcntl(fd, F_OFD_SETLK, &lock) == 0)
		return fd;
	/* a signal every second, because one that comes before the wait does not end it */
	if (sigaction(SIGALRM, &wake, &before) || setitimer(ITIMER_REAL, &every_second, NULL)) {
		fd_close(fd);
		return -1;
	}
	got = wait_for(fd);
	(void)setitimer(ITIMER_REAL, &never, NULL);
	(void)sigaction(SIGALRM, &before, NULL);
	if (got > 0)
		return fd;
	fd_close(fd);
	if (got < 0)
		return -1;
	fault_put(f, STATUS_TRY_AGAIN, "%s: other processes have been writing for %d s", database,
		WRITE_QUEUE_WAIT_S);
	return -2;
}

void
write_queue_leave(int fd)
{
	if (fd >= 0)
		fd_close(fd); /* gives the lock to the next process */
}
