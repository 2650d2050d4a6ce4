/* SPDX-License-Identifier: ISC */
#ifndef OP_PIPELINE_H
#define OP_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct fault;

/* The commands of a pipe, and how each of them ended the last time. */
struct stage {
	char **argv;
	pid_t pid;	/* 0: not running */
	int status;	/* as in a shell: its exit status, or 128 + signal */
	int signal;	/* that ended it, or 0 */
	int exec_error; /* errno if it could not be executed, or 0 */
	int64_t ended_ns;
};

struct pipeline {
	struct stage *list;
	size_t count;
};

/*
 * Splits argv, which ends with NULL, at each argument that is a lone "|". The
 * stages point into argv, in which the bars become NULL. -1 with STATUS_USAGE
 * if a stage is empty.
 */
int pipeline_split(struct pipeline *s, char **argv, struct fault *f);
void pipeline_free(struct pipeline *s);

/* Is any of them running? */
bool pipeline_running(const struct pipeline *s);

/*
 * The status of the whole: that of the rightmost stage that failed. 69 counts
 * only if no other stage failed, since the data names the source that did not
 * answer.
 */
int pipeline_status(const struct pipeline *s);

/*
 * Is the failure one that no later cycle can mend: a stage could not be
 * executed (126, 127), or was misused or badly configured (64, 78)? Returns
 * the status of the rightmost such stage, else 0.
 */
int pipeline_hopeless(const struct pipeline *s);

#endif
