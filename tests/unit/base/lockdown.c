/* SPDX-License-Identifier: ISC */
#include "base/lockdown.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "unit.h"

int
main(void)
{
	static char *const program[] = {NULL};
	struct lockdown l;
	char byte = 'x';
	int pipe_fds[2];
	pid_t parent;
	void *memory;

	CHECK(pipe(pipe_fds) == 0);
	parent = getppid();
	lockdown_enter(&l);
	/* open descriptors still work, and so does memory */
	CHECK(write(pipe_fds[1], &byte, 1) == 1 && read(pipe_fds[0], &byte, 1) == 1);
	memory = malloc((size_t)64 << 20);
	CHECK(memory != NULL);
	free(memory);
	if (l.landlock || l.seccomp)
		CHECK(open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0 &&
			(errno == EPERM || errno == EACCES));
	if (l.seccomp) {
		CHECK(open("/tmp", O_RDONLY | O_CLOEXEC) < 0);
		CHECK(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) < 0 && errno == EPERM);
		CHECK(execv("/bin/true", program) < 0 && errno == EPERM);
		CHECK(fork() < 0 && errno == EPERM);
		/* it may signal itself, and nobody else */
		CHECK(syscall(SYS_tgkill, getpid(), (pid_t)syscall(SYS_gettid), 0) == 0);
		CHECK(syscall(SYS_tgkill, parent, parent, 0) < 0 && errno == EPERM);
		CHECK(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
			MAP_FAILED);
	}
	return unit_done();
}
