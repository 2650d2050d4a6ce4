/* SPDX-License-Identifier: ISC */
#ifndef OP_VERDICT_CYCLE_SET_H
#define OP_VERDICT_CYCLE_SET_H

#include <stdint.h>

#include "ticket/verdict_cycle.h"

/* Fills a cycle of verdicts, for verdict_cycle.c and verdict_cycle_read.c only. */

/* The index of the invariant of this name, which is added if it is new. */
uint32_t verdict_cycle_set_invariant(struct verdict_cycle *v, struct span name);

/* A new verdict about store_id, or about the whole cluster if that is NULL. Returns NULL if its
 * key exists already. */
struct verdict *verdict_cycle_set_add(
	struct verdict_cycle *v, uint32_t invariant, const struct span *store_id);

/* Makes it one of a violation; its contents are the caller's to fill in. */
struct violation *verdict_cycle_set_violation(struct verdict_cycle *v, struct verdict *of);

#endif
