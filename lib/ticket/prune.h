/* SPDX-License-Identifier: ISC */
#ifndef OP_PRUNE_H
#define OP_PRUNE_H

#include <stdint.h>

struct database;
struct fault;

/*
 * Deletes tickets that were resolved before then, with their events, and
 * invariants that no cycle has listed since. It uses small transactions, so that
 * ingest never waits for long. *count is the number of deleted tickets, even if it
 * fails halfway.
 */
int prune(struct database *db, int64_t before_ms, int64_t *count, struct fault *f);

#endif
