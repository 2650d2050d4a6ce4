/* SPDX-License-Identifier: ISC */
#ifndef OP_GLOB_H
#define OP_GLOB_H

#include <stdbool.h>

#include "base/span.h"

/*
 * Does the whole text match the pattern? * stands for any characters, ? for
 * one, [a-z] and [^a-z] (or [!a-z]) for one that is among those or not; a ]
 * that comes first in brackets stands for itself, as does a [ that no ]
 * follows. Both are UTF-8; case counts. The time is at most the product of
 * the lengths.
 */
bool glob_match(struct span pattern, struct span text);

#endif
