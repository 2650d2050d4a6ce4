/* SPDX-License-Identifier: ISC */
#ifndef OP_VERDICT_SET_H
#define OP_VERDICT_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct observations;

enum verdict {
	VERDICT_OK,
	VERDICT_VIOLATED,
	VERDICT_UNKNOWN,
	VERDICTS,
};

/* The verdicts of one check: collected in any order, walked over in that of their ids. */
struct verdict_set;

struct verdict_set *verdict_set_open(struct observations *o);
void verdict_set_close(struct verdict_set *v);

/* Begins a check, whose ids are mostly those of a kind; -1 for none. */
void verdict_set_start(struct verdict_set *v, int kind);

/*
 * What a violation has to say is a row of JSON values: each is written to
 * verdict_set_values() and closed with verdict_set_value(); verdict_set_detail() ends
 * the row and gives its number for verdict_set_add(), 0 where there is no room.
 */
struct buf *verdict_set_values(struct verdict_set *v);
void verdict_set_value(struct verdict_set *v);
uint32_t verdict_set_detail(struct verdict_set *v);

/*
 * Ends the row as a note instead: why something is unknown. Equal rows have one number. 0 where
 * there is no room for another. Note 0 has nothing to report.
 */
uint32_t verdict_set_note(struct verdict_set *v);

/*
 * Adds one; id is NULL for the whole cluster, `what` a violation's detail or the note of what is
 * unknown. NULL, or why the check is not evaluated.
 */
const char *verdict_set_add(
	struct verdict_set *v, const char *id, size_t len, enum verdict verdict, uint32_t what);

/* Sorts them. NULL, or why the check is not evaluated (until the next call). */
const char *verdict_set_finish(struct verdict_set *v);

size_t verdict_set_count(const struct verdict_set *v, enum verdict verdict);

/* A walk over the verdicts of one sort, begun with {.verdict = ...}, after verdict_set_finish(). */
struct verdict_walk {
	enum verdict verdict;
	size_t seen;
	uint32_t row_at;
	const char *name_at;
	size_t entry_at;
	uint32_t noted_at;
	bool of_note; /* only what is unknown with this note */
	/* the one at hand */
	const char *id; /* NULL: null; until the next call */
	size_t id_len;
	uint32_t row; /* the kind's observation, or OBSERVATIONS_NO_ROW */
	uint32_t detail;
	uint32_t note;
	char room[12];
};

bool verdict_set_next(const struct verdict_set *v, struct verdict_walk *walk);

/*
 * How many different notes there are on what is unknown, and a walk over that with the i-th of
 * them: they come in the order of their first ids.
 */
uint32_t verdict_set_notes(const struct verdict_set *v);
struct verdict_walk verdict_set_note_walk(const struct verdict_set *v, uint32_t i);

/* The next value of a violation's row, or of a note that is not 0: begin with *at = NULL. */
const char *verdict_set_detail_next(
	const struct verdict_set *v, uint32_t detail, const char **at, size_t *len);
const char *verdict_set_note_next(
	const struct verdict_set *v, uint32_t note, const char **at, size_t *len);

#endif
