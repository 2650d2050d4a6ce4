/* SPDX-License-Identifier: ISC */
#include "loop/pipeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/mem.h"

enum { NOT_EXECUTABLE = 126, NOT_FOUND = 127 };

static bool
is_bar(const char *arg)
{
	return strcmp(arg, "|") == 0;
}

int
pipeline_split(struct pipeline *s, char **argv, struct fault *f)
{
	size_t count = 1;
	struct stage *stage;

	for (char **arg = argv; *arg; arg++)
		count += is_bar(*arg);
	s->list = stage = mem_zero(count, sizeof *s->list);
	s->count = count;
	stage->argv = argv;
	for (char **arg = argv; *arg; arg++) {
		if (!is_bar(*arg))
			continue;
		*arg = NULL;
		(++stage)->argv = arg + 1;
	}
	for (size_t i = 0; i < count; i++) {
		if (s->list[i].argv[0])
			continue;
		pipeline_free(s);
		return count == 1 ? fault_set(f, STATUS_USAGE, "no command")
				  : fault_set(f, STATUS_USAGE,
					    "stage %zu of %zu is empty: '|' separates commands",
					    i + 1, count);
	}
	return 0;
}

void
pipeline_free(struct pipeline *s)
{
	free(s->list);
	*s = (struct pipeline){0};
}

bool
pipeline_running(const struct pipeline *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->list[i].pid)
			return true;
	return false;
}

int
pipeline_status(const struct pipeline *s)
{
	int unavailable = 0;

	for (size_t i = s->count; i-- > 0;) {
		int status = s->list[i].status;

		if (status == STATUS_UNAVAILABLE)
			unavailable = status;
		else if (status)
			return status;
	}
	return unavailable;
}

int
pipeline_hopeless(const struct pipeline *s)
{
	for (size_t i = s->count; i-- > 0;) {
		switch (s->list[i].status) {
		case STATUS_USAGE:
		case STATUS_CONFIG:
		case NOT_EXECUTABLE:
		case NOT_FOUND:
			return s->list[i].status;
		default:
			break;
		}
	}
	return 0;
}
