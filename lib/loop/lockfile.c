/* SPDX-License-Identifier: ISC */
#include "loop/lockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"

static int
held(int fd, const char *path, struct fault *f)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0)
		return fault_set(
			f, STATUS_TRY_AGAIN, "%s: held by process %ld", path, (long)lock.l_pid);
	return fault_set(
		f, STATUS_TRY_AGAIN, "%s: held by a process that cannot be seen from here", path);
}

int
lockfile_take(const char *path, struct fault *f)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
	struct stat st;

	if (fd < 0)
		return fault_errno(f, STATUS_IO, errno, "%s", path);
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		fault_put(f, STATUS_USAGE, "%s: not a regular file", path);
	else if (fcntl(fd, F_SETLK, &lock) == 0)
		return fd;
	else if (errno == EACCES || errno == EAGAIN)
		(void)held(fd, path, f);
	else
		(void)fault_errno(f, STATUS_IO, errno, "%s: cannot be locked", path);
	fd_close(fd); /* nothing was written */
	return -1;
}
