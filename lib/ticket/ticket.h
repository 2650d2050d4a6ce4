/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_H
#define OP_TICKET_H

#include <stdint.h>

#include "base/span.h"

struct database;
struct fault;
struct json_write;
struct stmt;
struct arena;

/* A row of tickets, and how it looks in JSON. */

/* All columns, in the order of the schema: what ticket_json() takes. */
#define TICKET_COLUMNS                                                                       \
	"id, subject, cluster, violation_key, invariant_name, store_id, status, held,"       \
	" held_until, flapping, flap_window_s, batch_key, occurrence_count, first_seen_at,"  \
	" last_seen_at, ok_since, absent_since, resolved_at, resolution, message, severity," \
	" diagnosis, metric_snapshot, created_at, updated_at"

enum ticket_column {
	TICKET_ID,
	TICKET_SUBJECT,
	TICKET_CLUSTER,
	TICKET_KEY,
	TICKET_INVARIANT,
	TICKET_STORE,
	TICKET_STATUS,
	TICKET_HELD,
	TICKET_HELD_UNTIL,
	TICKET_FLAPPING,
	TICKET_FLAP_WINDOW,
	TICKET_BATCH,
	TICKET_COUNT,
	TICKET_FIRST_SEEN,
	TICKET_LAST_SEEN,
	TICKET_OK_SINCE,
	TICKET_ABSENT_SINCE,
	TICKET_RESOLVED_AT,
	TICKET_RESOLUTION,
	TICKET_MESSAGE,
	TICKET_SEVERITY,
	TICKET_DIAGNOSIS,
	TICKET_SNAPSHOT,
	TICKET_CREATED_AT,
	TICKET_UPDATED_AT,
	TICKET_COLUMN_COUNT,
};

/* Writes the row's columns as members of the object that is open. */
void ticket_json(struct json_write *w, struct stmt *row);

/*
 * Reads a column that holds a time; SQL's NULL is TIMESTAMP_NEVER. -1 with
 * STATUS_DATA where it holds something else.
 */
int ticket_when(struct stmt *row, int column, int64_t *ms, struct fault *f);

/* A copy of a column in t; its at is NULL for SQL's NULL. */
struct span ticket_keep(struct arena *t, struct stmt *row, int column);

#endif
