/* SPDX-License-Identifier: ISC */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"

static void
give_up(void)
{
	static const char text[] = "op: out of memory\n";

	if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
		_exit(STATUS_TRY_AGAIN);
	_exit(STATUS_TRY_AGAIN);
}

void *
mem_alloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		give_up();
	return p;
}

void *
mem_zero(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (!p)
		give_up();
	return p;
}

void *
mem_resize(void *p, size_t count, size_t size)
{
	void *q;

	if (size && count > SIZE_MAX / size)
		give_up();
	q = realloc(p, count && size ? count * size : 1);
	if (!q)
		give_up();
	return q;
}

char *
mem_copy_n(const char *s, size_t len)
{
	char *copy = mem_alloc(len + 1);

	memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *
mem_copy(const char *s)
{
	return mem_copy_n(s, strlen(s));
}
