/* SPDX-License-Identifier: ISC */
#ifndef OP_INTERN_H
#define OP_INTERN_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* A set of texts from outside, each with a dense number: the first one added is 0. */
struct intern;

enum { INTERN_MAX = 1 << 15 };
#define INTERN_NONE UINT32_MAX

struct intern *intern_open(void);
void intern_close(struct intern *n);

/* The number of text, which is copied if it is new; INTERN_NONE if the set is full. */
uint32_t intern_add(struct intern *n, struct span text);
uint32_t intern_find(const struct intern *n, struct span text); /* INTERN_NONE: not in the set */

size_t intern_count(const struct intern *n);
struct span intern_text(const struct intern *n, uint32_t number); /* until the next intern_add() */

#endif
