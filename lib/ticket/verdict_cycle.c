/* SPDX-License-Identifier: ISC */
#include "ticket/verdict_cycle.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stream/cycle_read.h"
#include "ticket/verdict_cycle_set.h"

static const char *const state_names[] = {
	[VERDICT_NONE] = "not listed",
	[VERDICT_OK] = "ok",
	[VERDICT_UNKNOWN] = "unknown",
	[VERDICT_VIOLATED] = "violated",
	[VERDICT_NOT_EVALUATED] = "not evaluated",
};

const char *
verdict_state_name(enum verdict_state state)
{
	return state_names[state];
}

int
verdict_state_parse(struct span text, enum verdict_state *state)
{
	for (size_t i = 0; i < sizeof state_names / sizeof state_names[0]; i++) {
		if (!span_is(text, state_names[i]))
			continue;
		*state = (enum verdict_state)i;
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
	hash_table_open(&v->by_key);
	hash_table_open(&v->by_name);
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
	free(v->reasons);
	free(v->invariants);
	hash_table_close(&v->by_key);
	hash_table_close(&v->by_name);
	arena_free(&v->texts);
	free(v);
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

/* The number of the text in a table, or HASH_NONE. */
static uint32_t
find(const struct verdict_cycle *v, const struct hash_table *t,
	struct span (*of)(const struct verdict_cycle *, uint32_t), struct span text, uint64_t hash)
{
	struct hash_walk walk;
	uint32_t n = hash_table_first(t, hash, &walk);

	while (n != HASH_NONE && !span_equal(of(v, n), text))
		n = hash_table_next(t, &walk);
	return n;
}

/* The next number for a text that the table does not hold yet. */
static void
add(struct hash_table *t, uint64_t hash, size_t number)
{
	if (hash_table_add(t, hash, (uint32_t)number))
		mem_exhausted(); /* cannot happen, because the hash key is secret */
}

uint32_t
verdict_cycle_set_invariant(struct verdict_cycle *v, struct span name)
{
	uint64_t hash = hash_bytes(&v->by_name.key, name.at, name.len);
	uint32_t found = find(v, &v->by_name, name_of, name, hash);

	if (found != HASH_NONE)
		return found;
	v->invariants = mem_grow(
		v->invariants, v->invariant_count, &v->invariant_cap, sizeof *v->invariants);
	v->invariants[v->invariant_count] = (struct invariant){.name = arena_copy(&v->texts, name)};
	add(&v->by_name, hash, v->invariant_count);
	return (uint32_t)v->invariant_count++;
}

struct verdict *
verdict_cycle_set_add(struct verdict_cycle *v, uint32_t invariant, const struct span *store_id)
{
	struct span name = v->invariants[invariant].name;
	size_t len = name.len + (store_id ? 1 + store_id->len : 0);
	char *key = arena_alloc(&v->texts, len);
	uint64_t hash;

	memcpy(key, name.at, name.len);
	if (store_id) {
		key[name.len] = ':';
		memcpy(key + name.len + 1, store_id->at, store_id->len);
	}
	hash = hash_bytes(&v->by_key.key, key, len);
	if (find(v, &v->by_key, key_of, (struct span){key, len}, hash) != HASH_NONE)
		return NULL;
	v->items = mem_grow(v->items, v->count, &v->cap, sizeof *v->items);
	v->items[v->count] = (struct verdict){
		.key = {key, len},
		.invariant = invariant,
		.whole_cluster = !store_id,
	};
	add(&v->by_key, hash, v->count);
	return &v->items[v->count++];
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
	uint64_t hash = hash_bytes(&v->by_key.key, key.at, key.len);
	uint32_t found = find(v, &v->by_key, key_of, key, hash);

	return found == HASH_NONE ? NULL : &v->items[found];
}

const struct invariant *
verdict_cycle_invariant(const struct verdict_cycle *v, struct span name)
{
	uint64_t hash = hash_bytes(&v->by_name.key, name.at, name.len);
	uint32_t found = find(v, &v->by_name, name_of, name, hash);

	return found == HASH_NONE ? NULL : &v->invariants[found];
}

bool
verdict_cycle_complete(const struct verdict_cycle *v, struct span name)
{
	const struct invariant *i = verdict_cycle_invariant(v, name);

	return i && i->complete;
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
