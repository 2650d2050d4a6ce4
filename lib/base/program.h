/* SPDX-License-Identifier: ISC */
#ifndef OP_PROGRAM_H
#define OP_PROGRAM_H

#include <stddef.h>

/* Writes the folder of the running program to out. 0, or -1 if it is unknown. */
int program_folder(char *out, size_t size);

#endif
