/* SPDX-License-Identifier: ISC */
#ifndef OP_IDENT_H
#define OP_IDENT_H

#include <stddef.h>

/*
 * The order of ids: numbers before texts, numbers by value (of any length),
 * texts by bytes. Ids that are equal as numbers and differ as texts, 7 and
 * 007, are told apart: 0 is for the same bytes alone.
 */
int ident_compare(const char *a, size_t a_len, const char *b, size_t b_len);

#endif
