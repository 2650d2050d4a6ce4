/* SPDX-License-Identifier: ISC */
#ifndef OP_SUGGEST_H
#define OP_SUGGEST_H

#include <stddef.h>

/*
 * The word closest to what was typed, with at most two letters wrong, missing,
 * extra or swapped, and fewer than half of them. NULL if no word is that close.
 */
const char *suggest(const char *typed, const char *const *words, size_t count);

#endif
