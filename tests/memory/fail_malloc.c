/* SPDX-License-Identifier: ISC */
/*
 * For LD_PRELOAD. From allocation number FAIL_MALLOC on, FAIL_MALLOC_FOR
 * allocations fail (1 by default). With FAIL_MALLOC_COUNT, the last line on
 * stderr is the number of allocations; it is not written to a file, because a
 * sandboxed process cannot open one. Allocations before main() count, too. Those
 * of OpenSSL count, but never fail.
 */
#define _GNU_SOURCE /* dladdr() */
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned long count, first, last;
static int ready;

/* dlsym() itself allocates. It gets its memory from here. */
static char early[65536];
static size_t early_used;

static void *
early_alloc(size_t size)
{
	void *p = early + early_used;

	size = (size + 15) & ~(size_t)15;
	if (size > sizeof early - early_used)
		abort();
	early_used += size;
	return p;
}

static int
is_early(const void *p)
{
	return (const char *)p >= early && (const char *)p < early + sizeof early;
}

/* OpenSSL 3.5 aborts a process in which it cannot allocate; libcurl has no say in that. */
static int
is_openssl(const void *caller)
{
	Dl_info info;

	return dladdr(caller, &info) && info.dli_fname && strstr(info.dli_fname, "libcrypto");
}

static int
fails(const void *caller)
{
	const char *text;

	if (!ready) {
		ready = 1;
		text = getenv("FAIL_MALLOC");
		first = text ? strtoul(text, NULL, 10) : 0;
		text = getenv("FAIL_MALLOC_FOR");
		last = first ? first + (text ? strtoul(text, NULL, 10) : 1) : 0;
	}
	count++;
	if (!first || count < first || count >= last || is_openssl(caller))
		return 0;
	errno = ENOMEM;
	return 1;
}

static void *
next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

void *
malloc(size_t size)
{
	static void *(*real)(size_t);
	static int looking;

	if (!real) {
		if (looking)
			return early_alloc(size);
		looking = 1;
		*(void **)&real = next("malloc");
	}
	return fails(__builtin_return_address(0)) ? NULL : real(size);
}

void *
calloc(size_t n, size_t size)
{
	static void *(*real)(size_t, size_t);
	static int looking;

	if (!real) {
		if (looking)
			return early_alloc(n * size); /* it is zeroed */
		looking = 1;
		*(void **)&real = next("calloc");
	}
	return fails(__builtin_return_address(0)) ? NULL : real(n, size);
}

void *
realloc(void *p, size_t size)
{
	static void *(*real)(void *, size_t);
	void *copy;

	if (is_early(p)) {
		copy = malloc(size);
		if (copy)
			memcpy(copy, p, size);
		return copy;
	}
	if (!real)
		*(void **)&real = next("realloc");
	return fails(__builtin_return_address(0)) ? NULL : real(p, size);
}

void
free(void *p)
{
	static void (*real)(void *);

	if (is_early(p))
		return;
	if (!real)
		*(void **)&real = next("free");
	real(p);
}

__attribute__((destructor)) static void
report(void)
{
	char text[64];
	int len;

	if (!getenv("FAIL_MALLOC_COUNT"))
		return;
	len = snprintf(text, sizeof text, "allocations: %lu\n", count);
	if (write(STDERR_FILENO, text, (size_t)len) != len)
		abort();
}
