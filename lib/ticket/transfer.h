/* SPDX-License-Identifier: ISC */
#ifndef OP_TRANSFER_H
#define OP_TRANSFER_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct database;
struct fault;

/*
 * Everything in a ticket store, as a stream of NDJSON that any other store can
 * import: export.h writes it, import.h reads it, op-tickets(5) describes it. A
 * record is a row, and its keys are the columns. The tables come in the order of
 * enum transfer_kind, so that rows come after those that they refer to.
 */

enum transfer_kind {
	TRANSFER_TICKET,
	TRANSFER_EVENT,
	TRANSFER_PENDING,
	TRANSFER_CYCLE,
	TRANSFER_CHECK,
	TRANSFER_UNKNOWN,
	TRANSFER_GAP,
	TRANSFER_MUTE,
	TRANSFER_KINDS,
};

enum transfer_type {
	TRANSFER_TEXT,
	TRANSFER_TIME, /* as timestamp_format() writes it */
	TRANSFER_JSON, /* a text that is JSON */
	TRANSFER_INTEGER,
	TRANSFER_BOOLEAN,
	TRANSFER_NUMBER,
};

struct transfer_column {
	const char *name;
	enum transfer_type type;
};

enum { TRANSFER_COLUMNS_MAX = 32 };

struct transfer_table {
	const char *kind; /* of its records */
	/* its rows in order: those with an id after $1, at most $2; or all of them */
	const char *select;
	const struct transfer_column
		*columns; /* as select has them; the first is id if it is paged */
	int column_count;
	int paged; /* select has $1 and $2 */
};

extern const struct transfer_table transfer_tables[TRANSFER_KINDS];

/* The value of a column. */
struct transfer_value {
	enum { TRANSFER_IS_NULL, TRANSFER_IS_INTEGER, TRANSFER_IS_DOUBLE, TRANSFER_IS_TEXT } is;
	int64_t integer; /* of a boolean 0 or 1 */
	double real;
	struct span text;
};

/* The last ids; the next ones are one more. */
struct transfer_counters {
	int64_t ticket_id, event_id, mute_id;
};

#define TRANSFER_STREAM "export"
enum { TRANSFER_V = 1, TRANSFER_LINE_MAX = 64 << 20 };

/* One implementation for each kind of store; the linker chooses. */

int transfer_counters(struct database *db, struct transfer_counters *c, struct fault *f);

/* Restarts the timeout, which is for a part of the work, because all of it may take long. */
void transfer_restart(struct database *db);

/* In a transaction: nobody else writes until it ends. */
int transfer_lock(struct database *db, struct fault *f);

/*
 * Inserts a row. line is its record, values are its content in the order of the
 * table's columns. Rows may be held back until transfer_flush().
 */
struct transfer_rows;
struct transfer_rows *transfer_rows_open(struct database *db);
void transfer_rows_close(struct transfer_rows *r);
int transfer_insert(struct transfer_rows *r, enum transfer_kind kind,
	const struct transfer_value *values, struct span line, struct fault *f);
int transfer_flush(struct transfer_rows *r, struct fault *f);

int transfer_set_counters(struct database *db, const struct transfer_counters *c, struct fault *f);

#endif
