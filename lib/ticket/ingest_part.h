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

/* The work on one cycle, for the parts of ingest only. */

/* What is known of a violation besides the cycle. */
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
	const struct lease *lease; /* to be taken; or NULL */
	bool last;		   /* of its transaction */
	bool refused;		   /* v has only the violation cluster_id_changed */
	int64_t gap_ms;
	struct loaded loaded;
	struct batches batches;	      /* of the tickets that are unresolved */
	bool *past_gap;		      /* by invariant: its last complete check is too long ago */
	bool *claimed;		      /* by verdict: it has a ticket */
	struct candidate *candidates; /* by violation */
	struct changes changes;
	struct tally tally;
};

/* Notes the distance to the previous cycle, any gap, and invariants whose last check lies before
 * it.
 */
void note_gaps(struct ingest *in);

/* Notes which invariants' unknown verdicts have changed. Pure. */
void note_unknown(struct ingest *in);

/* Counts, moves and resolves the unresolved tickets, and claims their verdicts. Pure. */
void update_open(struct ingest *in);

/* Works through the violations that no ticket has claimed: pending rows and new tickets. */
int open_new(struct ingest *in, struct fault *f);

/* Decides what the cycle in->v changes, and applies it. */
int ingest_take(struct ingest *in, struct outbox *out, struct fault *f);

/* The same for the refused cycle of another cluster, which is a violation of our own invariant. */
int ingest_refuse(struct ingest *in, struct outbox *out, struct fault *f);

/* Logs what was applied; ids are known only now. */
int report_changes(const struct ingest *in, struct outbox *out, struct fault *f);

/* Fills in the tally from what was loaded, for a cycle that was taken before. */
void tally_loaded(struct ingest *in);

/* Logs the heartbeat, whatever the cycle changed. */
void report_heartbeat(const struct ingest *in, struct outbox *out);

#endif
