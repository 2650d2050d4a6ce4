/* SPDX-License-Identifier: ISC */
#ifndef OP_ID_ORDER_H
#define OP_ID_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct column;

/*
 * The rows of a kind in the order of their ids, as ident_compare() has it.
 * Only if each row has an id, a text, and no two have the same.
 */
struct id_order {
	bool built;
	bool usable;
	size_t longest; /* bytes of the longest id */
	uint32_t *rows; /* NULL: they lie in this order already */
	/* the ids in their order, in one of two forms, where the rows lie out of it */
	uint32_t *numbers; /* all are plain decimal numbers */
	char *names;	   /* texts, each after its length (lib/base/arena.h) */
};

/* Builds it; nothing to do if it is built already. */
void id_order_build(
	struct id_order *o, const struct column *ids, const struct arena *a, uint32_t rows);
void id_order_clear(struct id_order *o);

#endif
