/* SPDX-License-Identifier: ISC */
#ifndef OP_INVARIANT_READ_H
#define OP_INVARIANT_READ_H

#include <stddef.h>

struct invariant;
struct lint;

/*
 * Parses a file, which must name itself `name`. The invariant then owns sql, of len bytes, whatever
 * is returned. Reports every error of the header to l. -1 if there was one; all valid keys are set,
 * and invariant_free() is due in any case.
 */
int invariant_read(struct invariant *v, const char *file, const char *name, char *sql, size_t len,
	struct lint *l);

#endif
