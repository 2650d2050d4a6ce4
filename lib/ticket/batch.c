/* SPDX-License-Identifier: ISC */
#include "ticket/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ticket/rules.h"

static const char prefix[] = "batch-";

enum { PREFIX_LEN = sizeof prefix - 1 };

void
batches_open(struct batches *b, int64_t at_ms)
{
	*b = (struct batches){.draw_since_ms = at_ms - RULES_DRAW_MS};
}

void
batches_close(struct batches *b)
{
	free(b->begins);
	free(b->drawers);
	hash_table_close(&b->by_store);
	*b = (struct batches){.begins = NULL};
}

/* Returns how many begin at or before then. */
static size_t
count_until(const struct batches *b, int64_t ms)
{
	size_t low = 0, high = b->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (b->begins[middle] <= ms)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void
batches_add(struct batches *b, int64_t begin_ms)
{
	size_t at = count_until(b, begin_ms);

	if (at && b->begins[at - 1] == begin_ms)
		return;
	b->begins = mem_grow(b->begins, b->count, &b->cap, sizeof *b->begins);
	memmove(b->begins + at + 1, b->begins + at, (b->count - at) * sizeof *b->begins);
	b->begins[at] = begin_ms;
	b->count++;
}

/* Finds the drawer of that store, or NULL. hash is the store's. */
static struct batch_drawer *
find_drawer(const struct batches *b, struct span store, uint64_t hash)
{
	struct hash_walk walk;

	for (uint32_t n = hash_table_first(&b->by_store, hash, &walk); n != HASH_NONE;
		n = hash_table_next(&b->by_store, &walk))
		if (span_equal(b->drawers[n].store, store))
			return &b->drawers[n];
	return NULL;
}

static void
add_drawer(struct batches *b, struct span store, int64_t begin_ms)
{
	struct batch_drawer *drawer;
	uint64_t hash;

	if (!b->drawer_count)
		hash_table_open(&b->by_store);
	hash = hash_bytes(&b->by_store.key, store.at, store.len);
	drawer = find_drawer(b, store, hash);
	if (drawer) {
		if (begin_ms < drawer->begin_ms)
			drawer->begin_ms = begin_ms;
		return;
	}
	if (hash_table_add(&b->by_store, hash, (uint32_t)b->drawer_count))
		return; /* cannot happen; the ticket would begin a batch of its own */
	b->drawers = mem_grow(b->drawers, b->drawer_count, &b->drawer_cap, sizeof *b->drawers);
	b->drawers[b->drawer_count++] = (struct batch_drawer){store, begin_ms};
}

void
batches_add_critical(struct batches *b, struct span store, int64_t id, int64_t begin_ms)
{
	if (begin_ms < b->draw_since_ms)
		return;
	if (id > b->newest_id) {
		b->newest_id = id;
		b->newest_begin_ms = begin_ms;
	}
	if (store.at)
		add_drawer(b, store, begin_ms);
}

/* Returns the beginning of the batch that draws a ticket of that store, or TIMESTAMP_NEVER. */
static int64_t
drawn_to(const struct batches *b, struct span store)
{
	const struct batch_drawer *drawer = NULL;

	if (!store.at)
		return b->newest_id ? b->newest_begin_ms : TIMESTAMP_NEVER;
	if (b->drawer_count)
		drawer = find_drawer(b, store, hash_bytes(&b->by_store.key, store.at, store.len));
	return drawer ? drawer->begin_ms : TIMESTAMP_NEVER;
}

int64_t
batches_join(struct batches *b, struct span store, int64_t first_seen_ms)
{
	int64_t drawn_ms = drawn_to(b, store);
	size_t n = count_until(b, first_seen_ms + BATCH_REACH_MS);

	if (drawn_ms != TIMESTAMP_NEVER)
		return drawn_ms;
	if (n && b->begins[n - 1] >= first_seen_ms - BATCH_REACH_MS)
		return b->begins[n - 1];
	batches_add(b, first_seen_ms);
	return first_seen_ms;
}

void
batch_key(char out[BATCH_KEY_SIZE], int64_t begin_ms)
{
	memcpy(out, prefix, PREFIX_LEN);
	timestamp_format(out + PREFIX_LEN, begin_ms);
}

int
batch_parse(const char *key, size_t len, int64_t *begin_ms)
{
	if (len != BATCH_KEY_SIZE - 1 || memcmp(key, prefix, PREFIX_LEN) != 0)
		return -1;
	return timestamp_parse(key + PREFIX_LEN, len - PREFIX_LEN, begin_ms);
}
