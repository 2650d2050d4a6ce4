/* SPDX-License-Identifier: ISC */
#ifndef OP_GLOB_H
#define OP_GLOB_H

#include <stdbool.h>

#include "base/span.h"

/*
 * Whether the whole text matches the pattern. * matches any characters, ?
 * matches one, [a-z] one of those, and [^a-z] or [!a-z] one that is not. A ]
 * that comes first in brackets matches itself, as does a [ without a ] after it.
 * Both are UTF-8; case counts. The time is at most the product of the lengths.
 */
bool glob_match(struct span pattern, struct span text);

#endif
