/* SPDX-License-Identifier: ISC */
#ifndef OP_PRUNE_H
#define OP_PRUNE_H

#include <stdint.h>

struct database;
struct fault;

/*
 * Deletes tickets that were resolved before then, with their events, and
 * forgets invariants that no cycle has listed since. It goes in small
 * transactions, so that ingest never waits for long. *count: the tickets that
 * are gone, also where it fails half-way.
 */
int prune(struct database *db, int64_t before_ms, int64_t *count, struct fault *f);

#endif
