/* SPDX-License-Identifier: ISC */
#ifndef OP_HELD_OUTPUT_H
#define OP_HELD_OUTPUT_H

#include <stddef.h>
#include <stdio.h>

/*
 * Output that is held back until it is complete: a FILE that writes to memory, in pieces that never
 * move. If memory runs out, the process ends (base/mem.h), and nothing was written.
 */
struct held_output {
	FILE *file; /* to write to */
	char **pieces;
	size_t count, cap;
	size_t used; /* bytes held */
};

void held_output_open(struct held_output *h);
void held_output_close(struct held_output *h); /* a zeroed struct is accepted */

/* Drops what is held. */
void held_output_clear(struct held_output *h);

/* Writes what is held to out; write errors stay in it. */
void held_output_write(struct held_output *h, FILE *out);

#endif
