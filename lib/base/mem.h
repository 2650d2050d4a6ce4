/* SPDX-License-Identifier: ISC */
#ifndef OP_MEM_H
#define OP_MEM_H

#include <stddef.h>

/*
 * Memory that never fails: when there is none left, these say so on stderr
 * and end the process with STATUS_TRY_AGAIN. What they return is free()d by
 * its owner. A size of zero gives a pointer that can be freed.
 */
void *mem_alloc(size_t size);
void *mem_zero(size_t count, size_t size);

/* Resizes p (NULL: allocates) to count * size bytes, overflow checked. */
void *mem_resize(void *p, size_t count, size_t size);

char *mem_copy(const char *s);		     /* of a C string */
char *mem_copy_n(const char *s, size_t len); /* of len bytes, with a NUL behind them */

#endif
