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
 * How a cycle is read from and written to a store: in one transaction, load,
 * decide elsewhere, apply. One implementation for each kind of store; the
 * linker chooses.
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
 * Begins the transaction. No other process changes what belongs to these
 * clusters until it ends. The names are sorted by subject, then cluster, and
 * none comes twice.
 */
int store_begin(
	struct database *db, const struct cluster_name *names, size_t count, struct fault *f);

/* Loads all of the above. *l is set on success. */
int store_load(
	struct database *db, const struct verdict_cycle *v, struct loaded *l, struct fault *f);

/*
 * Moves waiting times that lie after the cycle back to it. What was loaded is
 * then stale. The statements are the same for all: subject, cluster, time.
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
 * Applies all changes and notes the cycle and its checks, unless it was
 * refused. Fills in the ids of opens and events.
 */
int store_apply(struct database *db, struct changes *c, struct fault *f);

/*
 * The lease is held from now on, by the database's clock; nothing else is
 * changed. For a cycle that was taken before; store_apply() writes c->lease of one that is taken.
 */
int store_extend(struct database *db, const struct verdict_cycle *v, const struct lease *lease,
	struct fault *f);

/*
 * Until the next one is applied: a ticket of its events, TICKET_COLUMNS of
 * ticket.h as the row of a statement, if c->wants_tickets was set. NULL with
 * the fault.
 */
struct stmt *store_ticket(struct database *db, int64_t id, struct fault *f);
void store_ticket_done(struct stmt *s);

/*
 * Commits, unless that was done with the last cycle. -1: it was not done; or,
 * with f->unknown, nobody knows. The same holds for store_apply() of the last.
 */
int store_commit(struct database *db, struct fault *f);
void store_rollback(struct database *db); /* also where there is no transaction */

/*
 * After a failure and store_rollback(): may the same transaction be tried
 * again, after so many tries? Waits a moment, then.
 */
bool store_retry(struct database *db, int tries);

#endif
