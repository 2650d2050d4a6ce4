/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKETS_H
#define OP_TICKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/timestamp.h"
#include "ticket/rules.h"

struct database;
struct fault;
struct stmt;

/*
 * The table tickets: reading it, and writing it by hand. Cycles write it by
 * store_cycle.h. Step the statements that are returned; the texts given to them
 * must last until they are done. Times are texts as in the table.
 */

/* An unresolved ticket, as the rules need it. */
struct open_ticket {
	int64_t id;
	struct span key;
	struct span invariant;
	int64_t first_seen_ms;
	int64_t batch_begin_ms; /* TIMESTAMP_NEVER: not one of our keys */
	bool muted;
	struct rules_ticket rule;
	struct rules_standing standing;
};

/* The id that it is about; at is NULL for the whole cluster. */
struct span open_ticket_store(const struct open_ticket *t);

struct open_tickets {
	struct open_ticket *items;
	size_t count, cap;
	struct arena texts;
};

void open_tickets_free(struct open_tickets *t);

/*
 * The query for the unresolved tickets of a cluster, sorted by key; and reading
 * its rows into *t, which is zeroed.
 */
struct stmt *tickets_ask_open(
	struct database *db, const char *subject, const char *cluster, struct fault *f);
int tickets_take_open(struct stmt *row, struct open_tickets *t, struct fault *f);

/* The row of one ticket, TICKET_COLUMNS of ticket.h. */
struct stmt *tickets_get(struct database *db, int64_t id, struct fault *f);

/* 1: there is a ticket of this id; 0: there is not; -1. */
int tickets_have(struct database *db, int64_t id, struct fault *f);

/* The tickets of a list; NULL means any. */
struct tickets_filter {
	bool unresolved;
	const char *batch;
	const char *subject;
	const char *cluster;
	const char *since; /* unresolved, or resolved then or later */
	const char *until; /* first seen then or earlier */
};

/*
 * Calls take() with the TICKET_COLUMNS of each, highest id first, until it returns
 * -1. They are read in chunks of store_rows_at_once, within one view of the data.
 * 0 or -1.
 */
int tickets_each(struct database *db, const struct tickets_filter *filter,
	int (*take)(void *to, struct stmt *row, struct fault *f), void *to, struct fault *f);

/* The numbers of unresolved tickets of a subject and cluster, or of any. */
struct tickets_tally {
	int64_t open;	  /* and not muted */
	int64_t critical; /* of these */
	int64_t warning;
	int64_t muted;
	int64_t all; /* including resolved ones; only 0 or not 0 matters */
};
int tickets_count(struct database *db, const char *subject, const char *cluster,
	struct tickets_tally *tally, struct fault *f);

/* subject, cluster of at most two clusters with such a batch; NULL: any. */
struct stmt *tickets_batch_owners(struct database *db, const char *batch, const char *subject,
	const char *cluster, struct fault *f);

/* Ids of a batch, in order: all of them, or the unresolved ones. */
struct stmt *tickets_of_batch(struct database *db, const char *batch, const char *subject,
	const char *cluster, struct fault *f);
struct stmt *tickets_unresolved_of_batch(struct database *db, const char *batch,
	const char *subject, const char *cluster, struct fault *f);

/* The other tickets of its batch: id, violation_key, severity, status. To be stepped. */
struct stmt *tickets_mates(struct database *db, const char *batch, const char *subject,
	const char *cluster, int64_t id, struct fault *f);

/* Resolved tickets of a key that were created after a time and have a lower id. */
struct tickets_history {
	int64_t count;
	int64_t flapping;
	char last_resolved[TIMESTAMP_SIZE]; /* "" if none was resolved */
};
int tickets_history(struct database *db, const char *subject, const char *cluster, const char *key,
	const char *since, int64_t below, struct tickets_history *h, struct fault *f);

/* What decides whether a command by hand applies. */
struct ticket_state {
	char status[16];
	bool held;
	bool violated; /* by its last known verdict */
	int64_t last_seen_ms;
};

/* 1 and *state; 0 if there is no such ticket; -1. */
int tickets_state(struct database *db, int64_t id, struct ticket_state *state, struct fault *f);

/* Commands by hand: one ticket each. */
int tickets_acknowledge(struct database *db, int64_t id, const char *now, struct fault *f);
int tickets_diagnose(
	struct database *db, int64_t id, const char *now, struct span diagnosis, struct fault *f);
int tickets_diagnose_resolved(/* the status stays */
	struct database *db, int64_t id, const char *now, struct span diagnosis, struct fault *f);
int tickets_touch(struct database *db, int64_t id, const char *now, struct fault *f);
int tickets_resolve(
	struct database *db, int64_t id, const char *now, const char *resolution, struct fault *f);
int tickets_hold(
	struct database *db, int64_t id, const char *now, const char *until, struct fault *f);
int tickets_unhold(struct database *db, int64_t id, const char *now, struct fault *f);

/* Ends its mute. */
int tickets_unmute(struct database *db, int64_t id, const char *now, struct fault *f);

/* Muted tickets: id, cluster, invariant_name, store_id, and last_at of the cluster. */
struct stmt *tickets_muted(struct database *db, struct fault *f);

/*
 * Ids of a cluster's unresolved tickets, in order: of one invariant, or of any if
 * that is NULL, except for the invariant `but`, if that is not NULL.
 */
struct stmt *tickets_unresolved_of(struct database *db, const char *subject, const char *cluster,
	const char *invariant, const char *but, struct fault *f);

/* The highest id that a ticket has now, or 0. */
int tickets_last_id(struct database *db, int64_t *id, struct fault *f);

/* Deletes resolved ones with from < id <= to that were resolved before then. */
int tickets_prune(struct database *db, int64_t from, int64_t to, const char *before, int64_t *count,
	struct fault *f);

/*
 * Sets *ms to when a ticket of a cluster was last opened, or TIMESTAMP_NEVER; it
 * may still be there when the cluster's row in cycles is not. 0 or -1.
 */
int tickets_last_opened(struct database *db, const char *subject, const char *cluster, int64_t *ms,
	struct fault *f);

/* See store_heal(). */
extern const char tickets_heal_timers_sql[];
extern const char tickets_heal_verdicts_sql[];

#endif
