/* SPDX-License-Identifier: ISC */
#ifndef OP_SPAWN_H
#define OP_SPAWN_H

#include <signal.h>
#include <sys/types.h>

struct fault;
struct stages;

/*
 * Starting the stages of a pipe. Nothing here allocates, and no exec is
 * waited for: a child that cannot execute its command says why into a pipe
 * that is read when it is all over.
 */
struct spawn {
	int reports[2];
	sigset_t changed; /* signals that a child has to put back */
};

/* Opens it, behind signals_open(), and makes every descriptor above 2 one that is closed on exec.
 */
int spawn_open(struct spawn *s, struct fault *f);
void spawn_close(struct spawn *s);

/*
 * Starts all stages, each one's stdout the next one's stdin, with the
 * environment env and in a process group of their own: default signals, none
 * blocked, no descriptor but 0, 1 and 2, and their end asked for when this
 * process dies (Linux). *group is the group's id. Where it fails, -1 and a
 * fault, those that were started already are running all the same; *group is
 * 0 if there are none.
 */
int spawn_stages(
	const struct spawn *s, struct stages *stages, char **env, pid_t *group, struct fault *f);

/* Once none of the stages is running: sets their exec_error. */
void spawn_collect(const struct spawn *s, struct stages *stages);

#endif
