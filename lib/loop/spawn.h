/* SPDX-License-Identifier: ISC */
#ifndef OP_SPAWN_H
#define OP_SPAWN_H

#include <signal.h>
#include <sys/types.h>

struct fault;
struct pipeline;

/*
 * Starts the stages of a pipeline. Nothing here allocates, and no exec is
 * waited for: a child that cannot execute its command writes the reason to a
 * pipe, which is read when all stages have ended.
 */
struct spawn {
	int failures[2];
	sigset_t changed; /* signals that a child has to reset */
};

/* Opens it, after signals_open(), and marks every descriptor above 2 as closed on exec. */
int spawn_open(struct spawn *s, struct fault *f);
void spawn_close(struct spawn *s);

/*
 * Starts all stages, the stdout of each connected to the stdin of the next,
 * with the environment env, in a process group of their own, with default
 * signals, none blocked, and no descriptors but 0, 1 and 2. They get SIGTERM
 * when this process dies. *group is the id of the group. On
 * -1 the stages that were already started keep running; *group is 0 if there
 * are none.
 */
int spawn_stages(const struct spawn *s, struct pipeline *pipeline, char **env, pid_t *group,
	struct fault *f);

/* Once none of the stages is running: sets their exec_error. */
void spawn_collect(const struct spawn *s, struct pipeline *pipeline);

#endif
