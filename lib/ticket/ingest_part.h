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

struct lease;
struct outbox;

/* The work on one cycle, between the parts of ingest alone. */

/* What is known of a violation beside the cycle. */
struct candidate {
	bool pending; /* there is a pending row */
	int64_t first_seen_ms;
};

/* Tickets after the cycle, for the heartbeat. */
struct tally {
	size_t open;	/* unresolved */
	size_t claimed; /* of them: violated in this cycle */
	size_t muted;	/* of those */
};

struct ingest {
	struct database *db;
	const struct verdict_cycle *v;
	int64_t gone_after_ms;
	const struct lease *lease; /* to be held; or NULL */
	bool last;		   /* of its transaction */
	bool refused; /* v has the violation that another cluster's cycle is, and that alone */
	int64_t gap_ms;
	struct loaded loaded;
	struct batches batches; /* of the tickets that are unresolved */
	bool *past_gap;		/* an invariant's index: its last complete check is too long ago */
	bool *claimed;		/* a verdict's index: it has a ticket */
	struct candidate *candidates; /* a violation's index */
	struct changes changes;
	struct tally tally;
};

/* Notes the distance to the cycle before, a gap, and which invariants' checks lie past one. Pure.
 */
void note_gaps(struct ingest *in);

/* Notes which invariants have other unknown verdicts than before. Pure. */
void note_unknown(struct ingest *in);

/* Counts, moves and resolves the unresolved tickets, and claims their verdicts. Pure. */
void update_open(struct ingest *in);

/* Works through the violations that no ticket has claimed: pending rows and new tickets. */
int open_new(struct ingest *in, struct fault *f);

/* Decides on the cycle in in->v, and applies that. */
int ingest_take(struct ingest *in, struct outbox *out, struct fault *f);

/* The same for a cycle of another cluster, which is refused: that is a violation of our own. */
int ingest_refuse(struct ingest *in, struct outbox *out, struct fault *f);

/* Logs what was applied; only now are the ids known. */
int report_changes(const struct ingest *in, struct outbox *out, struct fault *f);

/* Fills in the tally from what was loaded: the cycle was taken before. */
void tally_loaded(struct ingest *in);

/* Logs the cycle itself, whatever became of it here. */
void report_heartbeat(const struct ingest *in, struct outbox *out);

#endif
