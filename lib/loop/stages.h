/* SPDX-License-Identifier: ISC */
#ifndef OP_STAGES_H
#define OP_STAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct fault;

/* The commands of a pipe, and how each of them went the last time. */
struct stage {
	char **argv;
	pid_t pid;	/* 0: not running */
	int status;	/* as a shell has it: its exit status, or 128 + signal */
	int signal;	/* that ended it, or 0 */
	int exec_error; /* errno where it could not be executed, or 0 */
	int64_t ended_ns;
};

struct stages {
	struct stage *list;
	size_t count;
};

/*
 * Splits argv, which ends with NULL, at each argument that is a lone "|". The
 * stages point into argv, where the bars become NULL. -1 with STATUS_USAGE
 * where a stage is empty.
 */
int stages_split(struct stages *s, char **argv, struct fault *f);
void stages_free(struct stages *s);

/* Is any of them running? */
bool stages_running(const struct stages *s);

/*
 * The status of the whole: that of the rightmost stage that failed. A 69
 * counts where no other failed, since a source that did not answer explains
 * itself in the data.
 */
int stages_status(const struct stages *s);

/*
 * Is it a mistake that no later cycle can mend: a stage could not be executed
 * (126, 127), or says that it is misused or badly configured (64, 78)?
 * Returns the status of the rightmost one, else 0.
 */
int stages_hopeless(const struct stages *s);

#endif
