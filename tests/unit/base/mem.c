/* SPDX-License-Identifier: ISC */
/* arrays that grow, and what happens when memory runs out */
#include "base/mem.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "unit.h"

static void
test_growth(void)
{
	size_t cap = 0, growths = 0;
	uint32_t *list = NULL;
	int same = 1;

	for (size_t count = 0; count < 100000; count++) {
		size_t before = cap;

		list = mem_grow(list, count, &cap, sizeof *list);
		list[count] = (uint32_t)count;
		growths += cap != before;
	}
	for (size_t i = 0; i < 100000; i++)
		same &= list[i] == i;
	CHECK(same && cap >= 100000 && growths < 20);
	CHECK(mem_grow(list, 5, &cap, sizeof *list) == list);
	free(list);
}

enum { ARRAY, ZERO, RESIZE, GROW, COPY, WAYS };

/* Asks for more memory than there can be, in one of the ways. */
static void
ask(int way)
{
	size_t cap = SIZE_MAX / 4;

	switch (way) {
	case ARRAY:
		free(mem_array(SIZE_MAX / 4, 8));
		break;
	case ZERO:
		free(mem_zero(SIZE_MAX / 4, 8));
		break;
	case RESIZE:
		free(mem_resize(NULL, SIZE_MAX / 4, 8));
		break;
	case GROW:
		free(mem_grow(NULL, cap, &cap, 8));
		break;
	default:
		free(mem_copy_n("", SIZE_MAX));
		break;
	}
	_exit(0);
}

/* The process reports it under its name and exits with STATUS_TRY_AGAIN. */
static void
test_exhausted(int way)
{
	static const char said[] = "mem: out of memory\n";
	char text[64] = "";
	int ends[2], status = 0;
	pid_t pid;

	CHECK(pipe(ends) == 0);
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		(void)dup2(ends[1], STDERR_FILENO);
		ask(way);
	}
	(void)close(ends[1]);
	CHECK(read(ends[0], text, sizeof text - 1) == (ssize_t)sizeof said - 1);
	CHECK(strcmp(text, said) == 0);
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
		WEXITSTATUS(status) == STATUS_TRY_AGAIN);
	(void)close(ends[0]);
}

int
main(void)
{
	char *empty = mem_array(0, 8);

	CHECK(empty != NULL);
	free(empty);
	test_growth();
#ifndef OP_SANITIZED /* the sanitizers' allocators end the process themselves */
	for (int way = 0; way < WAYS; way++)
		test_exhausted(way);
#endif
	return unit_done();
}
