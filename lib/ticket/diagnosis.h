/* SPDX-License-Identifier: ISC */
#ifndef OP_DIAGNOSIS_H
#define OP_DIAGNOSIS_H

#include <stddef.h>

struct fault;

enum { DIAGNOSIS_MAX = 1 << 18 };

/*
 * Reads a diagnosis from a file; NULL and "-" are stdin. STATUS_DATA unless it is
 * UTF-8 without NUL, not blank, and at most DIAGNOSIS_MAX bytes. *text is the
 * caller's to free().
 */
int diagnosis_read(const char *file, char **text, size_t *len, struct fault *f);

#endif
