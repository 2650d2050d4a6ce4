/* SPDX-License-Identifier: ISC */
#include "ticket/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char prefix[] = "batch-";

enum { PREFIX_LEN = sizeof prefix - 1 };

void
batches_free(struct batches *b)
{
	free(b->begins);
	*b = (struct batches){.begins = NULL};
}

/* How many begin at or before then. */
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
	if (b->count == b->cap) {
		b->cap = b->cap ? b->cap * 2 : 16;
		b->begins = mem_resize(b->begins, b->cap, sizeof *b->begins);
	}
	memmove(b->begins + at + 1, b->begins + at, (b->count - at) * sizeof *b->begins);
	b->begins[at] = begin_ms;
	b->count++;
}

int64_t
batches_join(struct batches *b, int64_t first_seen_ms)
{
	size_t n = count_until(b, first_seen_ms + BATCH_REACH_MS);

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
