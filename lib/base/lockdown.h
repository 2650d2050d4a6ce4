/* SPDX-License-Identifier: ISC */
#ifndef OP_LOCKDOWN_H
#define OP_LOCKDOWN_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Gives up what a filter does not need once it has loaded its files: opening
 * files, the network, other programs, memory that can be executed. Reading
 * and writing what is open stays. As far as the kernel offers it: Landlock
 * and seccomp. There is no way back. A refused call fails with EPERM or EACCES.
 */
struct lockdown {
	bool left_out; /* of this build: sanitizers need what it takes away */
	int landlock;  /* the version of its interface, or 0; from 4 on it covers the network */
	bool seccomp;
};

void lockdown_enter(struct lockdown *l);

/* Prints what of it works here, a line each: files, network, other system calls. */
void lockdown_print(const struct lockdown *l, FILE *out);

#endif
