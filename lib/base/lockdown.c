/* SPDX-License-Identifier: ISC */
#include "base/lockdown.h"

#include "base/out.h"

#ifdef OP_SANITIZED

void
lockdown_enter(struct lockdown *l)
{
	*l = (struct lockdown){.left_out = true};
}

#else

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"

/*
 * https://docs.kernel.org/userspace-api/landlock.html. Headers may be older than
 * the kernel, so the definitions that are needed are repeated here.
 */
struct landlock_rules {
	uint64_t fs;
	uint64_t net;
	uint64_t scoped;
};

enum {
	LANDLOCK_CREATE = 444,
	LANDLOCK_RESTRICT = 446,
	LANDLOCK_VERSION_FLAG = 1,
	FS_ABI_1 = 0x1fff,
	FS_REFER = 0x2000,	 /* version 2 */
	FS_TRUNCATE = 0x4000,	 /* 3 */
	NET_BIND_CONNECT = 3,	 /* 4 */
	FS_IOCTL_DEV = 0x8000,	 /* 5 */
	SCOPE_SOCKET_SIGNAL = 3, /* 6 */
};

/* Denies everything that the version handles, because no rule allows any of it. */
static int
landlock(void)
{
	int version = (int)syscall(LANDLOCK_CREATE, NULL, 0, LANDLOCK_VERSION_FLAG);
	struct landlock_rules rules = {.fs = FS_ABI_1};
	int fd, failed;

	if (version < 1)
		return 0;
	rules.fs |= (version >= 2 ? FS_REFER : 0) | (version >= 3 ? FS_TRUNCATE : 0) |
		    (version >= 5 ? FS_IOCTL_DEV : 0);
	rules.net = version >= 4 ? NET_BIND_CONNECT : 0;
	rules.scoped = version >= 6 ? SCOPE_SOCKET_SIGNAL : 0;
	fd = (int)syscall(LANDLOCK_CREATE, &rules, sizeof rules, 0);
	if (fd < 0)
		return 0;
	failed = (int)syscall(LANDLOCK_RESTRICT, fd, 0);
	fd_close(fd); /* nothing was written to it */
	return failed ? 0 : version;
}

#if defined(__x86_64__)
#define AUDIT_ARCH_HERE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define AUDIT_ARCH_HERE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define AUDIT_ARCH_HERE AUDIT_ARCH_RISCV64
#endif

#ifdef AUDIT_ARCH_HERE

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, (what))
#define ALLOW(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), RETURN(SECCOMP_RET_ALLOW)
#define REFUSE RETURN(SECCOMP_RET_ERRNO | EPERM)

/* The machine, and the calls that are allowed with any arguments. */
static const struct sock_filter allowed[] = {
	LOAD(arch),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_HERE, 1, 0),
	REFUSE,
	LOAD(nr),
	ALLOW(read),
	ALLOW(write),
	ALLOW(readv),
	ALLOW(writev),
	ALLOW(lseek),
	ALLOW(close),
	ALLOW(fstat),
	ALLOW(newfstatat),
	ALLOW(brk),
	ALLOW(munmap),
	ALLOW(mremap),
	ALLOW(madvise),
	ALLOW(futex),
	ALLOW(getpid),
	ALLOW(gettid),
	ALLOW(getrandom),
	ALLOW(clock_gettime),
	ALLOW(setitimer), /* alarm() */
#ifdef SYS_alarm
	ALLOW(alarm),
#endif
	ALLOW(gettimeofday),
	ALLOW(rt_sigaction),
	ALLOW(rt_sigprocmask),
	ALLOW(rt_sigreturn),
	ALLOW(restart_syscall),
	ALLOW(exit),
	ALLOW(exit_group),
};

static bool
seccomp(void)
{
	const struct sock_filter rest[] = {
		/* abort() sends a signal, only to this process */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_tgkill, 0, 4),
		LOAD(args[0]),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)getpid(), 0, 1),
		RETURN(SECCOMP_RET_ALLOW),
		REFUSE,
		/* memory, unless it is executable */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 1, 0),
		REFUSE,
		LOAD(args[2]),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1),
		REFUSE,
		RETURN(SECCOMP_RET_ALLOW),
	};
	struct sock_filter filter[(sizeof allowed + sizeof rest) / sizeof *rest];
	struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};

	memcpy(filter, allowed, sizeof allowed);
	memcpy(filter + sizeof allowed / sizeof *allowed, rest, sizeof rest);
	return !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

#else

static bool
seccomp(void)
{
	return false;
}

#endif

void
lockdown_enter(struct lockdown *l)
{
	*l = (struct lockdown){0};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return;
	l->landlock = landlock();
	l->seccomp = seccomp();
}

#endif

void
lockdown_print(const struct lockdown *l, FILE *out)
{
	if (l->left_out)
		out_text(out, "lockdown: left out of this build\n");
	else
		out_format(out, "files: %s\nnetwork: %s\nother system calls: %s\n",
			l->landlock ? "locked (Landlock)" : "not locked (no Landlock here)",
			l->landlock >= 4 || l->seccomp ? "locked" : "not locked",
			l->seccomp ? "locked (seccomp)" : "not locked (no seccomp here)");
}
