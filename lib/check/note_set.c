/* SPDX-License-Identifier: ISC */
#include "check/note_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/mem.h"

void
note_set_clear(struct note_set *s)
{
	intern_close(s->texts);
	s->texts = NULL;
	s->any = s->mixed = false;
	s->only = 0;
	s->row_count = s->order_count = 0;
	s->id_count = 0;
	free(s->notes);
	free(s->order);
	s->notes = NULL;
	s->order = NULL;
	arena_clear(&s->id_texts);
}

void
note_set_free(struct note_set *s)
{
	note_set_clear(s);
	free(s->rows);
	free(s->ids);
	arena_free(&s->id_texts);
	*s = (struct note_set){0};
}

uint32_t
note_set_add(struct note_set *s, struct span text)
{
	uint32_t number;

	if (!s->texts)
		s->texts = intern_open();
	number = intern_add(s->texts, text);
	return number == INTERN_NONE ? 0 : number + 1;
}

struct span
note_set_text(const struct note_set *s, uint32_t note)
{
	return note ? intern_text(s->texts, note - 1) : (struct span){0};
}

void
note_set_see(struct note_set *s, uint32_t note)
{
	s->mixed |= s->any && note != s->only;
	if (!s->any)
		s->only = note;
	s->any = true;
}

void
note_set_row(struct note_set *s, uint32_t row, uint32_t row_count, uint32_t note)
{
	if (!s->mixed)
		return;
	if (!s->row_count) { /* the rows so far have the first note */
		s->rows = mem_resize(s->rows, row_count, sizeof *s->rows);
		s->row_count = row_count;
		for (uint32_t i = 0; i < row_count; i++)
			s->rows[i] = (uint16_t)s->only;
	}
	s->rows[row] = (uint16_t)note;
}

uint32_t
note_set_of_row(const struct note_set *s, uint32_t row)
{
	return row < s->row_count ? s->rows[row] : s->only;
}

static uint32_t
keep(struct note_set *s, struct span id)
{
	uint32_t offset;
	char *room = arena_room(&s->id_texts, id.len + 8, &offset), *at;

	if (!room)
		return 0;
	at = arena_put_length(room, id.len);
	memcpy(at, id.at, id.len);
	arena_take(&s->id_texts, (size_t)(at - room) + id.len);
	return offset;
}

int
note_set_list(struct note_set *s, uint32_t note, struct span id)
{
	size_t count = (s->texts ? intern_count(s->texts) : 0) + 1;
	struct noted_id fresh = {0};
	struct note *n;

	if (!s->notes) {
		s->notes = mem_zero(count, sizeof *s->notes);
		s->order = mem_zero(count, sizeof *s->order);
	}
	if (id.at) {
		fresh.at = keep(s, id);
		if (!fresh.at)
			return -1;
	}
	s->ids = mem_grow(s->ids, s->id_count, &s->id_cap, sizeof *s->ids);
	s->ids[s->id_count++] = fresh;
	n = &s->notes[note];
	if (n->first)
		s->ids[n->last - 1].next = (uint32_t)s->id_count;
	else
		s->order[s->order_count++] = note;
	n->last = (uint32_t)s->id_count;
	if (!n->first)
		n->first = n->last;
	return 0;
}

bool
note_set_next(const struct note_set *s, uint32_t note, uint32_t *at, struct span *id)
{
	uint32_t next = *at ? s->ids[*at - 1].next : s->notes[note].first;

	if (!next)
		return false;
	*at = next;
	*id = (struct span){0};
	if (s->ids[next - 1].at)
		id->at = arena_get_length(arena_at(&s->id_texts, s->ids[next - 1].at), &id->len);
	return true;
}
