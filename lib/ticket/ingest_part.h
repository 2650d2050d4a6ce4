/* SPDX-License-Identifier: ISC */
#ifndef OP_INGEST_PART_H
#define OP_INGEST_PART_H

#include <stddef.h>
#include <stdint.h>

#include "base/timestamp.h"
#include "ticket/batch.h"

struct database;
struct fault;
struct outbox;
struct verdict_cycle;

/* The work on one cycle, shared by the parts of ingest alone. */
struct ingest {
	struct database *db;
	struct verdict_cycle *v;
	struct outbox *out;
	int64_t gone_after_ms;
	char at[TIMESTAMP_SIZE]; /* v->at_ms */
	struct batches batches;	 /* of the tickets that are unresolved */
	size_t resolved, opened;
	int64_t last_opened_ms; /* the latest created_at before this cycle, or TIMESTAMP_NEVER */
};

/* Counts, moves and resolves the tickets that stand, and claims their verdicts. */
int update_open(struct ingest *in, struct fault *f);

/* Works through the violations that no ticket has claimed: pending rows and new tickets. */
int open_new(struct ingest *in, struct fault *f);

#endif
