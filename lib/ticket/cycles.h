/* SPDX-License-Identifier: ISC */
#ifndef OP_CYCLES_H
#define OP_CYCLES_H

#include <stdbool.h>
#include <stdint.h>

struct database;
struct fault;
struct stmt;
struct verdict_cycle;

/* The table cycles: the last cycle of each cluster. */

enum { CYCLES_DIGEST_SIZE = 33 };

/* The last cycle that was taken. */
struct cycle_row {
	bool taken;	  /* if not, the rest is empty */
	char *cluster_id; /* or NULL */
	int64_t last_ms;
	char digest[CYCLES_DIGEST_SIZE];
	int64_t last_opened_ms;	 /* when a ticket was last opened, or TIMESTAMP_NEVER */
	int64_t step_ms;	 /* from the previous cycle to it, or TIMESTAMP_NEVER */
	int64_t identified_ms;	 /* the last one with a cluster_id, or TIMESTAMP_NEVER */
	char *holder;		 /* of the lease, valid or not, see lease.h; or NULL */
	int64_t holder_until_ms; /* or TIMESTAMP_NEVER */
	int64_t now_ms;		 /* the database's clock, read once it was locked */
};

void cycle_row_free(struct cycle_row *r);

/* A digest as the tables have it. */
void cycles_digest(char out[CYCLES_DIGEST_SIZE], const uint64_t digest[2]);

/*
 * The query for the last cycle of a cluster; and reading its row, without the
 * clock. If there is no row, tickets_last_opened() may still know when a ticket was
 * last opened.
 */
struct stmt *cycles_ask(
	struct database *db, const char *subject, const char *cluster, struct fault *f);
int cycles_take(struct stmt *row, struct cycle_row *r, struct fault *f);

/* All clusters, by name, with the number of their unresolved tickets. To be stepped. */
enum cycles_column {
	CYCLES_SUBJECT,
	CYCLES_CLUSTER,
	CYCLES_CLUSTER_ID,
	CYCLES_LAST_AT,
	CYCLES_UNRESOLVED,
	CYCLES_CHECKS, /* how many invariants it has checked */
	CYCLES_HOLDER, /* of the lease, valid or not */
	CYCLES_HOLDER_UNTIL,
};
struct stmt *cycles_list(struct database *db, struct fault *f);

/* The subjects with a cluster of that name, sorted; only this one unless NULL. To be stepped. */
struct stmt *cycles_subjects(
	struct database *db, const char *cluster, const char *subject, struct fault *f);

/* Sets cluster_id to id. 1 if that changed it, else 0; -1. */
int cycles_adopt(struct database *db, const char *subject, const char *cluster, const char *id,
	struct fault *f);

/* Deletes the last cycle. */
int cycles_forget(struct database *db, const char *subject, const char *cluster, struct fault *f);

/*
 * Stores a cycle: subject, cluster, cluster_id, last_at, digest, last_opened_at,
 * step_ms, identified_at. And a refused one: subject, cluster, last_opened_at.
 */
extern const char cycles_note_sql[];
extern const char cycles_note_opened_sql[];

/* See store_heal(). */
extern const char cycles_heal_sql[];

#endif
