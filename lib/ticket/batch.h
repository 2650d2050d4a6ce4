/* SPDX-License-Identifier: ISC */
#ifndef OP_BATCH_H
#define OP_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/timestamp.h"

/*
 * Batches: tickets of one subject and cluster that began together. A batch is
 * named after its beginning, "batch-2026-01-24T23:08:17.123Z".
 */

enum {
	BATCH_REACH_MS = 60000, /* how far from its beginning a ticket still joins */
	BATCH_KEY_SIZE = 6 + TIMESTAMP_SIZE,
};

/* The beginnings of batches that have an unresolved ticket, in ascending order. A zeroed struct is
 * empty. */
struct batches {
	int64_t *begins;
	size_t count, cap;
};

void batches_free(struct batches *b);

void batches_add(struct batches *b, int64_t begin_ms);

/* The beginning of the batch that a ticket first seen then joins, the newest within reach, or
 * begins: then it is added. */
int64_t batches_join(struct batches *b, int64_t first_seen_ms);

void batch_key(char out[BATCH_KEY_SIZE], int64_t begin_ms);

/* 0, or -1 where the key is not of that form. */
int batch_parse(const char *key, size_t len, int64_t *begin_ms);

#endif
