/* SPDX-License-Identifier: ISC */
#ifndef OP_FINDINGS_SET_H
#define OP_FINDINGS_SET_H

#include <stdint.h>

#include "ticket/findings.h"

/* How a cycle of verdicts is filled: between lib/findings.c and lib/findings_read.c alone. */

/* The index of the invariant of this name, which is added if it is new. */
uint32_t findings_set_invariant(struct findings *v, struct span name);

/* A new verdict about store_id, or about the whole cluster where that is NULL. NULL: its key is
 * there already. */
struct finding *findings_set_add(
	struct findings *v, uint32_t invariant, const struct span *store_id);

/* Makes it one of a violation; what that says is the caller's to fill in. */
struct violation *findings_set_violation(struct findings *v, struct finding *of);

#endif
