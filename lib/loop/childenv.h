/* SPDX-License-Identifier: ISC */
#ifndef OP_CHILDENV_H
#define OP_CHILDENV_H

#include <stdint.h>

/*
 * The environments of what op-loop runs: its own without what was meant for
 * it alone (NOTIFY_SOCKET and friends), with OP_CYCLE, and for the command
 * that runs after a cycle OP_STATUS and OP_MS too. Made once; a cycle only
 * changes digits.
 */
struct childenv {
	char cycle[32];
	char status[32];
	char ms[32];
	char **all;
};

void childenv_open(struct childenv *e);
void childenv_close(struct childenv *e);

char **childenv_of_cycle(struct childenv *e, uint64_t cycle);
char **childenv_of_after(struct childenv *e, uint64_t cycle, int status, int64_t ms);

#endif
