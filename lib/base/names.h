/* SPDX-License-Identifier: ISC */
#ifndef OP_NAMES_H
#define OP_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* A set of texts, each with a dense number: the first one added is 0. */
struct names;

enum { NAMES_MAX = 1 << 15 };
#define NAMES_NONE UINT32_MAX

struct names *names_open(void);
void names_close(struct names *n);

/* The number of text, which is copied where it is new; NAMES_NONE where NAMES_MAX are there
 * already. */
uint32_t names_add(struct names *n, struct span text);
uint32_t names_find(const struct names *n, struct span text); /* NAMES_NONE: not among them */

size_t names_count(const struct names *n);
struct span names_text(const struct names *n, uint32_t number); /* until the next names_add() */

#endif
