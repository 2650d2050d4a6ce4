/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_H
#define OP_TICKET_H

#include <stdint.h>

#include "base/span.h"

struct database;
struct fault;
struct json_write;
struct output;
struct stmt;
struct arena;

/* A row of tickets, how it looks in JSON, and the words for its status. */

/*
 * All columns, for ticket_json(). reason and missing are those of the unknown
 * verdict, or reason is why the invariant was not evaluated.
 */
#define TICKET_COLUMNS                                                                       \
	"tickets.id, tickets.subject, tickets.cluster, tickets.violation_key,"               \
	" tickets.invariant_name, tickets.store_id, tickets.status, tickets.held,"           \
	" tickets.held_until, tickets.flapping, tickets.flap_window_s, tickets.batch_key,"   \
	" tickets.occurrence_count, tickets.first_seen_at, tickets.last_seen_at,"            \
	" tickets.ok_since, tickets.absent_since, tickets.resolved_at, tickets.resolution,"  \
	" tickets.message, tickets.severity, tickets.diagnosis, tickets.metric_snapshot,"    \
	" tickets.created_at, tickets.updated_at, tickets.doc, tickets.link, tickets.muted," \
	" tickets.verdict,"                                                                  \
	" CASE WHEN tickets.verdict = 'violated' THEN tickets.first_seen_at"                 \
	" ELSE tickets.verdict_since END,"                                                   \
	" CASE tickets.verdict"                                                              \
	" WHEN 'unknown' THEN (SELECT u.reason" TICKET_UNKNOWN_ROW                           \
	" WHEN 'not evaluated' THEN (SELECT c.error FROM checks AS c"                        \
	" WHERE c.subject = tickets.subject AND c.cluster = tickets.cluster"                 \
	" AND c.invariant_name = tickets.invariant_name) END,"                               \
	" CASE tickets.verdict WHEN 'unknown' THEN (SELECT u.missing" TICKET_UNKNOWN_ROW " END"

#define TICKET_UNKNOWN_ROW                                                   \
	" FROM unknown AS u"                                                 \
	" WHERE u.subject = tickets.subject AND u.cluster = tickets.cluster" \
	" AND u.invariant_name = tickets.invariant_name"                     \
	" AND u.violation_key = tickets.violation_key)"

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
	TICKET_DOC,
	TICKET_LINK,
	TICKET_MUTED,
	TICKET_VERDICT,
	TICKET_VERDICT_SINCE,
	TICKET_REASON,
	TICKET_MISSING,
	TICKET_COLUMN_COUNT,
};

/* open, acknowledged, diagnosed, resolved, in this order. */
enum { TICKET_STATUSES = 4 };
extern const char *const ticket_statuses[TICKET_STATUSES];

/* Reads "12" or "TKT-12". 0 or -1. */
int ticket_id_parse(const char *text, int64_t *id);

/* Writes the row's columns, from `first` on, as members of the open object. */
void ticket_json(struct json_write *w, struct stmt *row, int first);

/* Writes them as cells of the output's row. */
void ticket_put(struct output *o, struct stmt *row, int first);

/*
 * Reads a column that holds a time; SQL's NULL is TIMESTAMP_NEVER. -1 with
 * STATUS_DATA if it is not a time.
 */
int ticket_when(struct stmt *row, int column, int64_t *ms, struct fault *f);

/* A copy of a column in t, by arena_copy(); its at is NULL for SQL's NULL. */
struct span ticket_keep(struct arena *t, struct stmt *row, int column);

#endif
