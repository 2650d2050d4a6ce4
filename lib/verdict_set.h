/* SPDX-License-Identifier: ISC */
#ifndef OP_VERDICT_SET_H
#define OP_VERDICT_SET_H

#include <stdint.h>

#include "verdict.h"

/* How a cycle of verdicts is filled: between lib/verdict.c and lib/verdict_read.c alone. */

/* The index of the invariant of this name, which is added if it is new. */
uint32_t verdict_set_invariant(struct verdicts *v, struct span name);

/* A new verdict about store_id, or about the whole cluster where that is NULL. NULL: its key is
 * there already. */
struct verdict *verdict_set_add(
	struct verdicts *v, uint32_t invariant, const struct span *store_id);

/* Makes it one of a violation; what that says is the caller's to fill in. */
struct violation *verdict_set_violation(struct verdicts *v, struct verdict *of);

#endif
