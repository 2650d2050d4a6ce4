/* SPDX-License-Identifier: ISC */
#ifndef OP_VERDICT_SET_H
#define OP_VERDICT_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "check/note_set.h"

struct arena;
struct column;
struct fault;
struct id_order;
struct observations;

enum verdict {
	VERDICT_OK,
	VERDICT_VIOLATED,
	VERDICT_UNKNOWN,
	VERDICTS,
};

/* The verdicts of one check, collected in any order and then read by lib/check/verdict_walk. */
/*
 * Most verdicts are about an observation of the kind and come in the order of its
 * rows: those take a byte each, by row. Unknown ids, null, and all ids of a kind
 * without an order are entries instead.
 */
struct verdict_entry {
	uint32_t id;   /* in texts, after its length; 0: null */
	uint32_t what; /* a detail, in texts: values, each after its length; or a note */
	enum verdict verdict;
};

struct verdict_violation {
	uint32_t row;
	uint32_t detail;
};

struct verdict_set {
	struct observations *observations;
	const struct arena *arena; /* of the observations */
	int kind;
	const struct id_order *order; /* NULL: only entries */
	const struct column *ids;
	unsigned char *rows; /* by row: 0, or its verdict plus 1 */
	uint32_t row_count, row_cap;
	uint32_t next_row; /* where to look for the next id first */
	struct verdict_violation *violations;
	size_t violation_count, violation_cap;
	struct verdict_entry *entries;
	size_t entry_count, entry_cap;
	struct note_set notes;
	size_t counts[VERDICTS];
	struct arena texts;
	struct buf value; /* of the detail that is being made */
	struct buf detail;
};

struct verdict_set *verdict_set_open(struct observations *o);
void verdict_set_close(struct verdict_set *v);

/* Begins a check, whose ids are mostly those of a kind, or -1. */
void verdict_set_start(struct verdict_set *v, int kind);

/*
 * A violation's details are a row of JSON values: write each to verdict_set_values() and close it
 * with verdict_set_value(). verdict_set_detail() ends the row and returns its number for
 * verdict_set_add(), or 0 if there is no room.
 */
struct buf *verdict_set_values(struct verdict_set *v);
void verdict_set_value(struct verdict_set *v);
uint32_t verdict_set_detail(struct verdict_set *v);

/*
 * Ends the row as a note instead: why a verdict is unknown. Equal rows have the same number. 0, the
 * empty note, if there is no room for another.
 */
uint32_t verdict_set_note(struct verdict_set *v);

/*
 * Adds a verdict; id.at is NULL for the whole cluster, `what` is a violation's detail or the note
 * of an unknown verdict. -1 with a fault if the check cannot be evaluated.
 */
int verdict_set_add(struct verdict_set *v, struct span id, enum verdict verdict, uint32_t what,
	struct fault *f);

/* The same for the id of that row of the kind, which is a text or null. */
int verdict_set_add_row(
	struct verdict_set *v, uint32_t row, enum verdict verdict, uint32_t what, struct fault *f);

/* Sorts the verdicts. -1 with a fault if an id was repeated: the check cannot be evaluated. */
int verdict_set_finish(struct verdict_set *v, struct fault *f);

size_t verdict_set_count(const struct verdict_set *v, enum verdict verdict);

/* The id of an entry, at NULL for null, and the order of ids: null first. */
struct span verdict_set_id(const struct verdict_set *v, const struct verdict_entry *e);
int verdict_set_compare(struct span a, struct span b);

#endif
