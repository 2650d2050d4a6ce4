/* SPDX-License-Identifier: ISC */
#ifndef OP_DESCENDANTS_H
#define OP_DESCENDANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { DESCENDANTS_ASKED_MAX = 64 };

/*
 * The processes below this one. It is a subreaper: those whose parents died
 * become our children instead of init's. So all can be found and ended, even
 * daemons with sessions of their own. If we had children when we started
 * (`thing & exec op-loop`), which are not ours to end, only the process group
 * is ended.
 */
struct descendants {
	bool all;			    /* all processes below us are ours to end */
	pid_t asked[DESCENDANTS_ASKED_MAX]; /* to end, since descendants_forget() */
	size_t asked_count;
};

void descendants_open(struct descendants *c);

/*
 * Reaps one child that ended: returns its pid and its wait status. 0 if none
 * has ended, -1 if there is no child at all.
 */
pid_t descendants_reap(int *wait_status);

/* Is there a process in the group? The group 0 has none. */
bool descendants_in(pid_t group);

/*
 * Is a process of the group, or any other that is ours to end, still there?
 * Only right after all that ended have been reaped.
 */
bool descendants_left(const struct descendants *c, pid_t group);

/*
 * Sends the signal to the group and to the processes that have left it. Those
 * that have left it are asked once: not again before descendants_forget(),
 * unless it is SIGKILL. again: the group has been asked too. A process that
 * is asked twice may take that for a demand to hurry.
 */
void descendants_signal(struct descendants *c, pid_t group, int signal, bool again);

void descendants_forget(struct descendants *c);

#endif
