/* SPDX-License-Identifier: ISC */
#include "check/column_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "check/column.h"

static uint32_t
hash_number(const struct hash_key *key, double value)
{
	char bytes[sizeof value];

	value += 0.0; /* -0 becomes 0 */
	memcpy(bytes, &value, sizeof value);
	return (uint32_t)hash_bytes(key, bytes, sizeof bytes);
}

/* Equal numbers are equal doubles, too; integers beyond 2^53 only share buckets. */
static uint32_t
hash_value(const struct column_index *l, const struct value *v)
{
	switch (v->type) {
	case VALUE_TEXT:
		return (uint32_t)hash_bytes(&l->key, v->text.at, v->text.len);
	case VALUE_INTEGER:
		return hash_number(&l->key, (double)v->integer);
	case VALUE_REAL:
		return hash_number(&l->key, v->real);
	case VALUE_NULL:
		break;
	}
	return 0;
}

void
column_index_build(
	struct column_index *l, const struct column *c, const struct arena *a, uint32_t rows)
{
	uint32_t size = 16;
	struct value v;

	if (l->built)
		return;
	while (size < rows && size < UINT32_C(1) << 31)
		size *= 2;
	l->heads = mem_array(size, sizeof *l->heads);
	memset(l->heads, 0xff, size * sizeof *l->heads);
	l->next = mem_array(rows, sizeof *l->next);
	l->mask = size - 1;
	l->key = hash_key_draw();
	for (uint32_t row = rows; row-- > 0;) {
		uint32_t *head;

		column_get(c, a, row, &v);
		if (v.type == VALUE_NULL)
			continue;
		l->texts |= v.type == VALUE_TEXT;
		l->numbers |= v.type != VALUE_TEXT;
		head = &l->heads[hash_value(l, &v) & l->mask];
		l->next[row] = *head;
		*head = row;
	}
	l->built = true;
}

void
column_index_clear(struct column_index *l)
{
	free(l->heads);
	free(l->next);
	*l = (struct column_index){0};
}

bool
column_index_serves(const struct column_index *l, const struct value *v)
{
	return v->type == VALUE_TEXT ? !l->numbers : !l->texts;
}

uint32_t
column_index_first(const struct column_index *l, const struct value *v)
{
	return l->heads[hash_value(l, v) & l->mask];
}
