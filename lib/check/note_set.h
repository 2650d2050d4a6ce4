/* SPDX-License-Identifier: ISC */
#ifndef OP_NOTE_SET_H
#define OP_NOTE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"

struct intern;

/*
 * Why verdicts are unknown. A note is a few bytes, usually shared by many verdicts; note 0 is
 * empty. The notes of rows are kept here. If a check's verdicts have different notes,
 * note_set_list() takes the ids in order, and each note lists its own.
 */
struct note {
	uint32_t first, last; /* of its ids, in `ids`, from 1; 0: none */
};

struct noted_id {
	uint32_t at; /* in texts, after its length; 0: null */
	uint32_t next;
};

struct note_set {
	struct intern *texts; /* of note 1 and those after it; NULL: there is none */
	bool any, mixed;      /* by note_set_see() */
	uint32_t only;	      /* the first one; all of them unless mixed */
	uint16_t *rows;	      /* by row, if they are mixed */
	uint32_t row_count;
	struct note *notes;
	uint32_t *order; /* notes by their first ids */
	uint32_t order_count;
	struct noted_id *ids;
	size_t id_count, id_cap;
	struct arena id_texts;
};

void note_set_clear(struct note_set *s); /* a zeroed struct is empty */
void note_set_free(struct note_set *s);

/* The number of a note, known or new; 0 if there are too many. */
uint32_t note_set_add(struct note_set *s, struct span text);

/* The bytes of a note; nothing for note 0. Until the next note_set_add(). */
struct span note_set_text(const struct note_set *s, uint32_t note);

/* Registers an unknown verdict with this note; row is its row of row_count, if it has one. */
void note_set_see(struct note_set *s, uint32_t note);
void note_set_row(struct note_set *s, uint32_t row, uint32_t row_count, uint32_t note);
uint32_t note_set_of_row(const struct note_set *s, uint32_t row);

/* Adds an id to the list of its note; at NULL is the null id. -1 past 4 GiB. */
int note_set_list(struct note_set *s, uint32_t note, struct span id);

/* The next id of a note's list: begin with *at = 0. False after the last one. */
bool note_set_next(const struct note_set *s, uint32_t note, uint32_t *at, struct span *id);

#endif
