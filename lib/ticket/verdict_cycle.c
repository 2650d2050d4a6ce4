/* SPDX-License-Identifier: ISC */
#include "ticket/verdict_cycle.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/siphash.h"
#include "stream/cycle_read.h"
#include "ticket/verdict_cycle_set.h"

static const char *const severity_names[] = {
	[SEVERITY_INFO] = "info",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_CRITICAL] = "critical",
};

const char *
severity_name(enum severity severity)
{
	return severity_names[severity];
}

int
severity_parse(const char *text, size_t len, enum severity *severity)
{
	for (int i = SEVERITY_INFO; i <= SEVERITY_CRITICAL; i++) {
		if (strlen(severity_names[i]) != len || memcmp(severity_names[i], text, len) != 0)
			continue;
		*severity = (enum severity)i;
		return 0;
	}
	return -1;
}

struct verdict_cycle *
verdict_cycle_open(const struct cycle_head *head)
{
	struct verdict_cycle *v = mem_zero(1, sizeof *v);

	v->subject = mem_copy(head->subject);
	v->cluster = mem_copy(head->cluster);
	v->cluster_id = head->cluster_id ? mem_copy(head->cluster_id) : NULL;
	v->at_ms = head->at_ms;
	return v;
}

void
verdict_cycle_close(struct verdict_cycle *v)
{
	if (!v)
		return;
	free(v->subject);
	free(v->cluster);
	free(v->cluster_id);
	free(v->items);
	free(v->violations);
	free(v->invariants);
	free(v->by_key.slots);
	free(v->by_name.slots);
	texts_free(&v->texts);
	free(v);
}

/* Ids come from outside: a hash that nobody can make slow by choosing them. */
static size_t
hash_of(const char *text, size_t len)
{
	static const uint64_t key[2] = {0x6f702d7469636b65, 0x7420766572646963};
	uint64_t hash[2];

	siphash128(key, text, len, hash);
	return (size_t)hash[0];
}

static struct span
key_of(const struct verdict_cycle *v, uint32_t i)
{
	return v->items[i].key;
}

static struct span
name_of(const struct verdict_cycle *v, uint32_t i)
{
	return v->invariants[i].name;
}

/* The slot of a text, or the free one where it belongs. The index is never full. */
static uint32_t *
slot_of(const struct verdict_cycle *v, const struct index *x,
	struct span (*of)(const struct verdict_cycle *, uint32_t), struct span text)
{
	size_t at = hash_of(text.at, text.len) & (x->size - 1);

	for (; x->slots[at]; at = (at + 1) & (x->size - 1)) {
		struct span other = of(v, x->slots[at] - 1);

		if (span_equal(other, text))
			break;
	}
	return &x->slots[at];
}

/* Makes room for one more. */
static void
index_grow(const struct verdict_cycle *v, struct index *x,
	struct span (*of)(const struct verdict_cycle *, uint32_t))
{
	struct index old = *x;

	if (x->count * 2 < x->size)
		return;
	x->size = old.size ? old.size * 2 : 64;
	x->slots = mem_zero(x->size, sizeof *x->slots);
	for (size_t i = 0; i < old.size; i++)
		if (old.slots[i])
			*slot_of(v, x, of, of(v, old.slots[i] - 1)) = old.slots[i];
	free(old.slots);
}

uint32_t
verdict_cycle_set_invariant(struct verdict_cycle *v, struct span name)
{
	uint32_t *slot;
	char *copy;

	index_grow(v, &v->by_name, name_of);
	slot = slot_of(v, &v->by_name, name_of, name);
	if (*slot)
		return *slot - 1;
	copy = texts_take(&v->texts, name.len);
	memcpy(copy, name.at, name.len);
	v->invariants = mem_grow(
		v->invariants, v->invariant_count, &v->invariant_cap, sizeof *v->invariants);
	v->invariants[v->invariant_count] = (struct invariant){.name = {copy, name.len}};
	*slot = (uint32_t)++v->invariant_count;
	v->by_name.count++;
	return *slot - 1;
}

struct verdict *
verdict_cycle_set_add(struct verdict_cycle *v, uint32_t invariant, const struct span *store_id)
{
	struct span name = v->invariants[invariant].name;
	size_t len = name.len + (store_id ? 1 + store_id->len : 0);
	char *key = texts_take(&v->texts, len);
	uint32_t *slot;

	memcpy(key, name.at, name.len);
	if (store_id) {
		key[name.len] = ':';
		memcpy(key + name.len + 1, store_id->at, store_id->len);
	}
	index_grow(v, &v->by_key, key_of);
	slot = slot_of(v, &v->by_key, key_of, (struct span){key, len});
	if (*slot)
		return NULL;
	v->items = mem_grow(v->items, v->count, &v->cap, sizeof *v->items);
	v->items[v->count] = (struct verdict){
		.key = {key, len},
		.invariant = invariant,
		.whole_cluster = !store_id,
	};
	*slot = (uint32_t)++v->count;
	v->by_key.count++;
	return &v->items[*slot - 1];
}

struct violation *
verdict_cycle_set_violation(struct verdict_cycle *v, struct verdict *of)
{
	v->violations = mem_grow(
		v->violations, v->violation_count, &v->violation_cap, sizeof *v->violations);
	of->state = VERDICT_VIOLATED;
	of->violation = (uint32_t)v->violation_count++;
	return &v->violations[of->violation];
}

const struct verdict *
verdict_cycle_find(const struct verdict_cycle *v, struct span key)
{
	uint32_t *slot;

	if (!v->count)
		return NULL;
	slot = slot_of(v, &v->by_key, key_of, key);
	return *slot ? &v->items[*slot - 1] : NULL;
}

bool
verdict_cycle_complete(const struct verdict_cycle *v, struct span name)
{
	uint32_t *slot;

	if (!v->invariant_count)
		return false;
	slot = slot_of(v, &v->by_name, name_of, name);
	return *slot && v->invariants[*slot - 1].complete;
}

struct span
verdict_invariant(const struct verdict_cycle *v, const struct verdict *of)
{
	return v->invariants[of->invariant].name;
}

struct span
verdict_store(const struct verdict_cycle *v, const struct verdict *of)
{
	if (of->whole_cluster)
		return span_of(NULL);
	return span_from(of->key, verdict_invariant(v, of).len + 1);
}
