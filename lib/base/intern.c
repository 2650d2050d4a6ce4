/* SPDX-License-Identifier: ISC */
#include "base/intern.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_read.h"
#include "base/mem.h"

struct name {
	size_t at;
	size_t len;
	uint32_t hash;
};

struct intern {
	struct buf text;
	struct name *list;
	size_t count;
	uint32_t last;	 /* the one that was added or found last */
	uint32_t *slots; /* open addressing: number + 1, 0 is free */
	size_t slot_count;
};

struct intern *
intern_open(void)
{
	struct intern *n = mem_zero(1, sizeof *n);

	buf_init(&n->text, (size_t)24 << 20);
	n->slot_count = 256;
	n->slots = mem_zero(n->slot_count, sizeof *n->slots);
	return n;
}

void
intern_close(struct intern *n)
{
	if (!n)
		return;
	buf_free(&n->text);
	free(n->list);
	free(n->slots);
	free(n);
}

/* The slot that holds text, or the free one where it belongs. */
static size_t
find_slot(const struct intern *n, struct span text, uint32_t hash)
{
	size_t i = hash & (n->slot_count - 1);

	for (; n->slots[i]; i = (i + 1) & (n->slot_count - 1)) {
		const struct name *name = &n->list[n->slots[i] - 1];

		if (name->hash == hash && name->len == text.len &&
			memcmp(n->text.data + name->at, text.at, text.len) == 0)
			break;
	}
	return i;
}

static void
grow(struct intern *n)
{
	size_t i;

	free(n->slots);
	n->slot_count *= 2;
	n->slots = mem_zero(n->slot_count, sizeof *n->slots);
	n->list = mem_resize(n->list, n->slot_count / 2, sizeof *n->list);
	for (size_t k = 0; k < n->count; k++) {
		for (i = n->list[k].hash & (n->slot_count - 1); n->slots[i];)
			i = (i + 1) & (n->slot_count - 1);
		n->slots[i] = (uint32_t)k + 1;
	}
}

uint32_t
intern_add(struct intern *n, struct span text)
{
	uint32_t hash;
	size_t slot;

	/* texts tend to come in the same order again and again */
	if (n->last + 1 < n->count && span_equal(intern_text(n, n->last + 1), text))
		return ++n->last;
	hash = json_text_hash(text.at, text.len);
	slot = find_slot(n, text, hash);
	if (n->slots[slot]) {
		n->last = n->slots[slot] - 1;
		return n->last;
	}
	if (n->count == INTERN_MAX)
		return INTERN_NONE;
	buf_add(&n->text, text.at, text.len);
	if (n->text.full)
		return INTERN_NONE;
	if (!n->list || n->count == n->slot_count / 2) {
		grow(n);
		slot = find_slot(n, text, hash);
	}
	n->list[n->count] = (struct name){n->text.len - text.len, text.len, hash};
	n->slots[slot] = (uint32_t)++n->count;
	n->last = (uint32_t)n->count - 1;
	return n->last;
}

uint32_t
intern_find(const struct intern *n, struct span text)
{
	size_t slot = find_slot(n, text, json_text_hash(text.at, text.len));

	return n->slots[slot] ? n->slots[slot] - 1 : INTERN_NONE;
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
