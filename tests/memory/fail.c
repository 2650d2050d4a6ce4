/* SPDX-License-Identifier: ISC */
/*
 * For LD_PRELOAD: the OP_FAIL_AT-th allocation of the process fails, and so do all after it.
 * glibc's own functions do the work, so that nothing has to be looked up.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t size);

static long left = -1; /* -1: not yet asked */

static int
fails(void)
{
	if (left < 0) {
		const char *at = getenv("OP_FAIL_AT");

		left = at ? strtol(at, NULL, 10) : 0;
		if (!left)
			left = 1L << 40;
	}
	if (left > 1) {
		left--;
		return 0;
	}
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	return fails() ? NULL : __libc_calloc(count, size);
}

void *
realloc(void *p, size_t size)
{
	return fails() ? NULL : __libc_realloc(p, size);
}
