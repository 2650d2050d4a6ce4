/* SPDX-License-Identifier: ISC */
#ifndef OP_GAPS_H
#define OP_GAPS_H

struct database;
struct fault;
struct stmt;

/* The table gaps: when nothing was watched. */

/*
 * The gaps that overlap a window, whose times are as in the table: subject,
 * cluster, began_at, ended_at. NULL is any time, subject or cluster. To be
 * stepped.
 */
struct stmt *gaps_overlapping(struct database *db, const char *subject, const char *cluster,
	const char *since, const char *until, struct fault *f);

/* Stores a gap, or extends the one that began then: subject, cluster, began_at, ended_at. */
extern const char gaps_note_sql[];

#endif
