/* SPDX-License-Identifier: ISC */
#ifndef OP_LINT_H
#define OP_LINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "base/span.h"

/*
 * Collects the errors and warnings in a subject's files, with their places. An error makes the file
 * bad, and so does a warning if it is strict (op-check -n).
 */
struct lint {
	/* excerpt: the line and a mark below it, NULL if there is none; NULL: nothing is reported
	 */
	void (*report)(const struct fault *f, bool is_error, const char *excerpt);
	bool strict;
	size_t errors;
	struct fault first; /* the first error, if any */
};

/* A place in a file: `at` is in text and marks len bytes; NULL: the file as a whole. */
struct lint_place {
	const char *file;
	struct span text;
	const char *at;
	size_t len;
};

/* Reports "FILE:LINE:COLUMN: ..." as an error. Always -1, for `return lint_error(...)`. */
int lint_error(struct lint *l, const struct lint_place *p, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Reports it as a warning: 0, or if strict, as an error: -1. */
int lint_warning(struct lint *l, const struct lint_place *p, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Reports a fault that contains its place as an error. Always -1. */
int lint_fault(struct lint *l, const struct fault *f);

/* " (did you mean X?)" if one of the words is similar, else "". */
const char *lint_hint(char out[128], struct span word, const char *const *words, size_t count);

#endif
