/* SPDX-License-Identifier: ISC */
#ifndef OP_STORE_CYCLE_H
#define OP_STORE_CYCLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ticket/checks.h"
#include "ticket/cycles.h"
#include "ticket/mutes.h"
#include "ticket/pending.h"
#include "ticket/tickets.h"

struct changes;
struct database;
struct fault;
struct lease;
struct stmt;
struct verdict_cycle;

/*
 * Applying a cycle to a store, in one transaction: load, decide elsewhere, apply.
 * There is one implementation for each kind of store; the linker chooses.
 */

struct cluster_name {
	const char *subject;
	const char *cluster;
};

/* What the store knows of a cluster before the cycle. */
struct loaded {
	struct cycle_row cycle;
	struct open_tickets tickets;
	struct pending_rows pending;
	struct check_rows checks;
	struct mute_rows mutes; /* those of any cluster that are in force at the cycle's time */
};

void loaded_free(struct loaded *l);

/*
 * Begins the transaction. No other process changes data of these clusters until
 * it ends. The names are sorted by subject, then cluster, and are distinct.
 */
int store_begin(
	struct database *db, const struct cluster_name *names, size_t count, struct fault *f);

/* Loads all of the above. *l is set on success. */
int store_load(
	struct database *db, const struct verdict_cycle *v, struct loaded *l, struct fault *f);

/*
 * Moves timers that lie after the cycle back to its time. What was loaded is then
 * stale. All its statements take subject, cluster, time.
 */
enum { STORE_HEALS = 7 };
extern const char *const store_heal_sql[STORE_HEALS];
int store_heal(struct database *db, const struct verdict_cycle *v, struct fault *f);

/* How many tickets of a key were created after since_ms, and at the cycle's time or before. */
struct flap_ask {
	struct span key;
	int64_t since_ms;
	int64_t limit; /* counting may end there */
};

/* Counts the resolved ones; counts has room for count. */
int store_recent(struct database *db, const struct verdict_cycle *v, const struct flap_ask *asks,
	size_t count, int64_t *counts, struct fault *f);

/*
 * Applies all changes and stores the cycle and its checks, unless it was refused.
 * Fills in the ids of opens and events.
 */
int store_apply(struct database *db, struct changes *c, struct fault *f);

/*
 * Extends the lease from now on, by the database's clock, and changes nothing
 * else. For a cycle that was taken before; store_apply() writes c->lease of a
 * cycle that is taken now.
 */
int store_extend(struct database *db, const struct verdict_cycle *v, const struct lease *lease,
	struct fault *f);

/*
 * A ticket of the events that were applied last, if c->wants_tickets was set: the
 * row of a statement with the TICKET_COLUMNS of ticket.h. NULL with the fault.
 */
struct stmt *store_ticket(struct database *db, int64_t id, struct fault *f);
void store_ticket_done(struct stmt *s);

/*
 * Commits, unless store_apply() of the last cycle did. -1 if it failed, or with
 * f->unknown if that is not known; so does that store_apply().
 */
int store_commit(struct database *db, struct fault *f);
void store_rollback(struct database *db); /* also where there is no transaction */

/*
 * After a failure and store_rollback(): whether the same transaction may be
 * retried after so many tries. If so, waits a moment.
 */
bool store_retry(struct database *db, int tries);

#endif
