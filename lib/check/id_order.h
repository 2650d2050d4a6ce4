/* SPDX-License-Identifier: ISC */
#ifndef OP_ID_ORDER_H
#define OP_ID_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct column;

/*
 * The rows of a kind in the order of their ids, by ident_compare(). It exists only
 * if each row has an id that is a text, and all ids differ.
 */
struct id_order {
	bool built;
	bool usable;
	size_t longest; /* bytes of the longest id */
	uint32_t *rows; /* NULL: they are in this order already */
	/* the ids in order, in one of two forms, if the rows are not */
	uint32_t *numbers; /* all are plain decimal numbers */
	char *names;	   /* texts, each after its length (lib/base/arena.h) */
};

/* Builds it, unless it is built already. */
void id_order_build(
	struct id_order *o, const struct column *ids, const struct arena *a, uint32_t rows);
void id_order_clear(struct id_order *o);

#endif
