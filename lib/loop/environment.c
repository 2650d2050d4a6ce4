/* SPDX-License-Identifier: ISC */
#include "loop/environment.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"

enum { AFTER_ONLY = 2 }; /* all begins with OP_STATUS and OP_MS, which a cycle does not get */

static bool
is_ours_only(const char *entry)
{
	static const char *const names[] = {
		"OP_CYCLE=",
		"OP_STATUS=",
		"OP_MS=",
		"NOTIFY_SOCKET=",
		"WATCHDOG_USEC=",
		"WATCHDOG_PID=",
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strncmp(entry, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

void
environment_open(struct environment *e)
{
	size_t count = 0, n = 0;

	while (environ && environ[count])
		count++;
	e->all = mem_zero(count + 4, sizeof *e->all);
	e->all[n++] = e->status;
	e->all[n++] = e->ms;
	e->all[n++] = e->cycle;
	for (size_t i = 0; i < count; i++)
		if (!is_ours_only(environ[i]))
			e->all[n++] = environ[i];
}

void
environment_close(struct environment *e)
{
	free(e->all);
	e->all = NULL;
}

char **
environment_of_cycle(struct environment *e, uint64_t cycle)
{
	text_format(e->cycle, sizeof e->cycle, "OP_CYCLE=%llu", (unsigned long long)cycle);
	return e->all + AFTER_ONLY;
}

char **
environment_of_after(struct environment *e, uint64_t cycle, int status, int64_t ms)
{
	(void)environment_of_cycle(e, cycle);
	text_format(e->status, sizeof e->status, "OP_STATUS=%d", status);
	text_format(e->ms, sizeof e->ms, "OP_MS=%lld", (long long)ms);
	return e->all;
}
