/* SPDX-License-Identifier: ISC */
#include "base/texts.h"

#include <stdlib.h>

#include "base/mem.h"

enum { BLOCK_SIZE = 1 << 16 };

struct texts_block {
	struct texts_block *next;
	size_t size;
	char bytes[];
};

char *
texts_take(struct texts *t, size_t len)
{
	struct texts_block *b = t->blocks;
	size_t size = len > BLOCK_SIZE ? len : BLOCK_SIZE;

	if (!b || len > b->size - t->used) {
		b = mem_alloc(sizeof *b + size);
		b->next = t->blocks;
		b->size = size;
		t->blocks = b;
		t->used = 0;
	}
	t->used += len;
	t->total += len;
	return b->bytes + t->used - len;
}

void
texts_free(struct texts *t)
{
	while (t->blocks) {
		struct texts_block *b = t->blocks;

		t->blocks = b->next;
		free(b);
	}
	*t = (struct texts){.blocks = NULL};
}
