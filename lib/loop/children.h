/* SPDX-License-Identifier: ISC */
#ifndef OP_CHILDREN_H
#define OP_CHILDREN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { CHILDREN_TOLD_MAX = 64 };

/*
 * The processes below this one. It is a subreaper: those whose parents died
 * become our children instead of init's, so that all can be found and ended,
 * daemons with sessions of their own too. If we were born with children
 * already (`thing & exec op-loop`), which are not ours to end, it is the
 * process group alone.
 */
struct children {
	bool all;		       /* all processes below us are ours to end */
	pid_t told[CHILDREN_TOLD_MAX]; /* since children_forget() */
	size_t told_count;
};

void children_open(struct children *c);

/*
 * Reaps one child that ended: returns its pid and its wait status. 0 where
 * none has ended, -1 where there is no child at all.
 */
pid_t children_reap(int *wait_status);

/* Is there a process in the group? 0 is no group. */
bool children_in(pid_t group);

/* Is a process of the group, or any other that is ours to end, still there? All that ended are
 * reaped. */
bool children_left(const struct children *c, pid_t group);

/*
 * Sends the signal to the group and to what has left it. Those of the latter
 * who were told since children_forget() are not told again, nor is the group
 * if again is true: a process that is asked twice may think it urgent.
 */
void children_signal(struct children *c, pid_t group, int signal, bool again);

void children_forget(struct children *c);

#endif
