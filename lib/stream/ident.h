/* SPDX-License-Identifier: ISC */
#ifndef OP_IDENT_H
#define OP_IDENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

enum { IDENT_NAME_MAX = 64 };

/* The forms in words, for messages. */
#define IDENT_NAME_FORM "[a-z][a-z0-9_]*, at most 64 bytes"
#define IDENT_SUBJECT_FORM "[a-z0-9_-]+, at most 64 bytes"

/* May an invariant, a parameter, a kind of records or one of its columns have this name? */
bool ident_is_name(struct span text);

/* May a subject? */
bool ident_is_subject(struct span text);

/* Is it the kind of a line that frames a cycle, begin or end? Records cannot be of such a kind. */
bool ident_is_frame(struct span kind);

/*
 * The order of ids: numbers before texts, numbers by value (of any length),
 * texts by bytes. Ids that are equal as numbers but differ as texts, 7 and
 * 007, are different: 0 is for the same bytes alone.
 */
int ident_compare(const char *a, size_t a_len, const char *b, size_t b_len);

#endif
