/* SPDX-License-Identifier: ISC */
#ifndef OP_INVARIANT_READ_H
#define OP_INVARIANT_READ_H

#include <stddef.h>

struct invariant;
struct lint;

/*
 * Takes a file apart. name is the one that it must bear; sql, len bytes, is the invariant's from
 * here on, whatever is returned. Every error of the header goes to l. -1 if there was one: what
 * is good of it is set all the same, and invariant_free() is due in any case.
 */
int invariant_read(struct invariant *v, const char *file, const char *name, char *sql, size_t len,
	struct lint *l);

#endif
