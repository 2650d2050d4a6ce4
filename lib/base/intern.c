/* SPDX-License-Identifier: ISC */
#include "base/intern.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/hash_table.h"
#include "base/mem.h"

struct name {
	size_t at;
	size_t len;
};

struct intern {
	struct buf text;
	struct name *list;
	size_t count;
	size_t cap;
	uint32_t last; /* the one that was added or found last */
	struct hash_table by_text;
};

struct intern *
intern_open(void)
{
	struct intern *n = mem_zero(1, sizeof *n);

	buf_init(&n->text, (size_t)24 << 20);
	hash_table_open(&n->by_text);
	return n;
}

void
intern_close(struct intern *n)
{
	if (!n)
		return;
	buf_free(&n->text);
	free(n->list);
	hash_table_close(&n->by_text);
	free(n);
}

static uint32_t
find(const struct intern *n, struct span text, uint64_t hash)
{
	struct hash_walk walk;
	uint32_t i = hash_table_first(&n->by_text, hash, &walk);

	while (i != HASH_NONE && !span_equal(intern_text(n, i), text))
		i = hash_table_next(&n->by_text, &walk);
	return i;
}

uint32_t
intern_add(struct intern *n, struct span text)
{
	uint64_t hash;
	uint32_t found;

	/* texts tend to come in the same order each time */
	if (n->last + 1 < n->count && span_equal(intern_text(n, n->last + 1), text))
		return ++n->last;
	hash = hash_bytes(&n->by_text.key, text.at, text.len);
	found = find(n, text, hash);
	if (found != HASH_NONE) {
		n->last = found;
		return found;
	}
	if (n->count == INTERN_MAX)
		return INTERN_NONE;
	buf_add(&n->text, text.at, text.len);
	if (n->text.full || hash_table_add(&n->by_text, hash, (uint32_t)n->count))
		return INTERN_NONE;
	n->list = mem_grow(n->list, n->count, &n->cap, sizeof *n->list);
	n->list[n->count] = (struct name){n->text.len - text.len, text.len};
	n->last = (uint32_t)n->count++;
	return n->last;
}

uint32_t
intern_find(const struct intern *n, struct span text)
{
	return find(n, text, hash_bytes(&n->by_text.key, text.at, text.len));
}

size_t
intern_count(const struct intern *n)
{
	return n->count;
}

struct span
intern_text(const struct intern *n, uint32_t number)
{
	return (struct span){n->text.data + n->list[number].at, n->list[number].len};
}
