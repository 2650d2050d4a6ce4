/* SPDX-License-Identifier: ISC */
#ifndef OP_ORDER_H
#define OP_ORDER_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct column;

/*
 * The rows of a kind in the order of their ids, as ident_compare() has it.
 * Only where each row has an id, a text, and no two have the same.
 */
struct order {
	bool built;
	bool usable;
	uint32_t *rows;	   /* NULL: they lie in this order already */
	uint32_t *numbers; /* the ids in order, where all are plain decimal numbers; else NULL */
};

/* Builds it; nothing to do where it is built already. */
void order_build(struct order *o, const struct column *ids, const struct arena *a, uint32_t rows);
void order_clear(struct order *o);

#endif
