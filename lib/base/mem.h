/* SPDX-License-Identifier: ISC */
#ifndef OP_MEM_H
#define OP_MEM_H

#include <stddef.h>

/*
 * Memory that never fails: if none is left, or count * size overflows, these
 * report it on stderr under the program's name and end the process with
 * STATUS_TRY_AGAIN. The owner calls free() on the result. A size of zero
 * gives a pointer that can be freed.
 */
void *mem_alloc(size_t size);
void *mem_zero(size_t count, size_t size);  /* zeroed */
void *mem_array(size_t count, size_t size); /* not zeroed */

/* Resizes p (NULL: allocates) to count elements of this size. */
void *mem_resize(void *p, size_t count, size_t size);

/*
 * Room for one more element after count of them. *cap is how many fit; p is
 * NULL and *cap 0 at first. Each growth doubles it:
 *
 *	list = mem_grow(list, count, &cap, sizeof *list);
 *	list[count++] = item;
 */
void *mem_grow(void *p, size_t count, size_t *cap, size_t size);

char *mem_copy(const char *s);		     /* of a C string */
char *mem_copy_n(const char *s, size_t len); /* of len bytes, and a NUL after them */

/* Ends the process as above, for memory that libraries could not allocate. */
_Noreturn void mem_exhausted(void);

#endif
