/* SPDX-License-Identifier: ISC */
#include "check/schema.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

/* Names compare without case. Most differ in their first letter already. */
static bool
same(const char *a, const char *b)
{
	return !((*a ^ *b) & ~0x20) && !strcasecmp(a, b);
}

int
schema_kind(const struct schema *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (same(s->kinds[i].name, name))
			return (int)i;
	return -1;
}

int
schema_column(const struct schema_kind *k, const char *name)
{
	for (size_t i = 0; i < k->count; i++)
		if (same(k->columns[i].name, name))
			return (int)i;
	return -1;
}

void
schema_free(struct schema *s)
{
	for (size_t i = 0; i < s->count; i++) {
		for (size_t n = 0; n < s->kinds[i].count; n++) {
			free(s->kinds[i].columns[n].name);
			free(s->kinds[i].columns[n].type);
		}
		free(s->kinds[i].columns);
		free(s->kinds[i].name);
	}
	free(s->kinds);
	*s = (struct schema){0};
}

struct schema_kind *
schema_take_kind(struct schema *s, const char *name)
{
	int i = schema_kind(s, name);

	if (i >= 0)
		return &s->kinds[i];
	s->kinds = mem_grow(s->kinds, s->count, &s->cap, sizeof *s->kinds);
	s->kinds[s->count] = (struct schema_kind){.name = mem_copy(name)};
	return &s->kinds[s->count++];
}

void
schema_take_column(struct schema_kind *k, const char *name, const char *type)
{
	for (size_t i = 0; i < k->count; i++) {
		if (!same(k->columns[i].name, name))
			continue;
		free(k->columns[i].type);
		k->columns[i].type = mem_copy(type);
		return;
	}
	k->columns = mem_grow(k->columns, k->count, &k->cap, sizeof *k->columns);
	k->columns[k->count++] = (struct schema_column){
		.name = mem_copy(name), .type = mem_copy(type)};
}
