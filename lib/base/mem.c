/* SPDX-License-Identifier: ISC */
#include "base/mem.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/fault.h"

enum { LEAST = 16 };

static struct iovec
bytes_of(const char *text)
{
	return (struct iovec){(void *)(uintptr_t)text, strlen(text)}; /* writev() only reads it */
}

_Noreturn void
mem_exhausted(void)
{
	struct iovec line[] = {
		bytes_of(program_invocation_short_name), bytes_of(": out of memory\n")};

	if (writev(STDERR_FILENO, line, 2) < 0)
		_exit(STATUS_TRY_AGAIN);
	_exit(STATUS_TRY_AGAIN);
}

static void *
have(void *p)
{
	if (!p)
		mem_exhausted();
	return p;
}

void *
mem_alloc(size_t size)
{
	return have(malloc(size ? size : 1));
}

void *
mem_zero(size_t count, size_t size)
{
	return have(calloc(count ? count : 1, size ? size : 1));
}

void *
mem_resize(void *p, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		mem_exhausted();
	return have(realloc(p, count && size ? count * size : 1));
}

void *
mem_array(size_t count, size_t size)
{
	return mem_resize(NULL, count, size);
}

void *
mem_grow(void *p, size_t count, size_t *cap, size_t size)
{
	if (count < *cap)
		return p;
	if (*cap > SIZE_MAX / 2)
		mem_exhausted();
	*cap = *cap ? *cap * 2 : LEAST;
	return mem_resize(p, *cap, size);
}

char *
mem_copy_n(const char *s, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		mem_exhausted();
	copy = mem_alloc(len + 1);
	if (len)
		memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *
mem_copy(const char *s)
{
	return mem_copy_n(s, strlen(s));
}
