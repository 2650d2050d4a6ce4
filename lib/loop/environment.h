/* SPDX-License-Identifier: ISC */
#ifndef OP_ENVIRONMENT_H
#define OP_ENVIRONMENT_H

#include <stdint.h>

/*
 * The environments of the commands: that of op-loop without what is meant for
 * op-loop only (NOTIFY_SOCKET and the like), with OP_CYCLE and, for --after,
 * OP_STATUS and OP_MS. Made once; a cycle only changes the digits.
 */
struct environment {
	char cycle[32];
	char status[32];
	char ms[32];
	char **all;
};

void environment_open(struct environment *e);
void environment_close(struct environment *e);

char **environment_of_cycle(struct environment *e, uint64_t cycle);
char **environment_of_after(struct environment *e, uint64_t cycle, int status, int64_t ms);

#endif
