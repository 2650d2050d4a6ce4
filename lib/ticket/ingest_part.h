/* SPDX-License-Identifier: ISC */
#ifndef OP_INGEST_PART_H
#define OP_INGEST_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ticket/batch.h"
#include "ticket/change.h"
#include "ticket/store_cycle.h"

struct database;
struct fault;

/* The work on one cycle, between ingest_cycle.c, update_open.c and open_new.c alone. */

/* What is known of a violation beside the cycle. */
struct candidate {
	bool pending; /* there is a pending row */
	int64_t first_seen_ms;
};

struct ingest {
	struct database *db;
	const struct verdict_cycle *v;
	int64_t gone_after_ms;
	struct loaded loaded;
	struct batches batches;	      /* of the tickets that are unresolved */
	bool *claimed;		      /* a verdict's index: it has a ticket */
	struct candidate *candidates; /* a violation's index */
	struct changes changes;
};

/* Counts, moves and resolves the unresolved tickets, and claims their verdicts. Pure. */
void update_open(struct ingest *in);

/* Works through the violations that no ticket has claimed: pending rows and new tickets. */
int open_new(struct ingest *in, struct fault *f);

#endif
