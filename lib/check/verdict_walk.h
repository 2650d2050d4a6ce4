/* SPDX-License-Identifier: ISC */
#ifndef OP_VERDICT_WALK_H
#define OP_VERDICT_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check/verdict_set.h"

/* A walk over all equal verdicts, begun with {.verdict = ...}, after verdict_set_finish(). */
struct verdict_walk {
	enum verdict verdict;
	size_t seen;
	uint32_t row_at;
	const char *name_at;
	size_t entry_at;
	uint32_t noted_at;
	bool of_note; /* only unknown verdicts with this note */
	/* the current one */
	const char *id; /* NULL: null; until the next call */
	size_t id_len;
	uint32_t row; /* the kind's observation, or OBSERVATIONS_NO_ROW */
	uint32_t detail;
	uint32_t note;
	char room[12];
};

bool verdict_walk_next(const struct verdict_set *v, struct verdict_walk *walk);

/* Lists the ids of each note, if unknown verdicts have different notes. -1 with a fault. */
int verdict_walk_list_notes(struct verdict_set *v, struct fault *f);

/*
 * After that: the number of different notes of unknown verdicts, and a walk over those with the
 * i-th note. Notes are in the order of their first ids.
 */
uint32_t verdict_walk_notes(const struct verdict_set *v);
struct verdict_walk verdict_walk_of_note(const struct verdict_set *v, uint32_t i);

/* The next value of a violation's row, or of a note but 0. Begin with *at = NULL. */
const char *verdict_walk_detail(
	const struct verdict_set *v, uint32_t detail, const char **at, size_t *len);
const char *verdict_walk_note(
	const struct verdict_set *v, uint32_t note, const char **at, size_t *len);

/* The bytes that a note takes in a record, its keys included. */
size_t verdict_walk_note_size(const struct verdict_set *v, uint32_t note);

#endif
