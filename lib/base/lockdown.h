/* SPDX-License-Identifier: ISC */
#ifndef OP_LOCKDOWN_H
#define OP_LOCKDOWN_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Gives up what a filter does not need once it has loaded its files: opening
 * files, the network, other programs, executable memory. It can still read and
 * write what is open. This uses Landlock and seccomp if the kernel has them, and
 * cannot be undone. A refused call fails with EPERM or EACCES.
 */
struct lockdown {
	bool left_out; /* not in this build: sanitizers need what it takes away */
	int landlock;  /* the version of its interface, or 0; from 4 on it covers the network */
	bool seccomp;
};

void lockdown_enter(struct lockdown *l);

/* Prints which parts work here, a line each: files, network, other system calls. */
void lockdown_print(const struct lockdown *l, FILE *out);

#endif
