/* SPDX-License-Identifier: ISC */
#include "report/stretch.h"

#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/history.h"
#include "stream/event_note.h"

void
stretches_free(struct stretches *s)
{
	free(s->list);
	*s = (struct stretches){0};
}

void
stretches_clear(struct stretches *s)
{
	s->count = 0;
}

static void
add(struct stretches *s, int64_t from_ms, int64_t until_ms)
{
	if (from_ms >= until_ms)
		return;
	s->list = mem_grow(s->list, s->count, &s->cap, sizeof *s->list);
	s->list[s->count++] = (struct stretch){from_ms, until_ms};
}

static int
by_time(const void *a, const void *b)
{
	const struct stretch *x = a, *y = b;

	return x->from_ms < y->from_ms ? -1 : x->from_ms > y->from_ms;
}

/* Sorts the stretches, cuts them to the ticket's life, and joins those that touch. */
static void
settle(struct stretches *s, int64_t from_ms, int64_t until_ms)
{
	size_t kept = 0;

	if (s->count)
		qsort(s->list, s->count, sizeof *s->list, by_time);
	for (size_t i = 0; i < s->count; i++) {
		struct stretch one = s->list[i];

		if (one.from_ms < from_ms)
			one.from_ms = from_ms;
		if (one.until_ms > until_ms)
			one.until_ms = until_ms;
		if (one.from_ms >= one.until_ms)
			continue;
		if (kept && one.from_ms <= s->list[kept - 1].until_ms) {
			if (one.until_ms > s->list[kept - 1].until_ms)
				s->list[kept - 1].until_ms = one.until_ms;
			continue;
		}
		s->list[kept++] = one;
	}
	s->count = kept;
}

/* When what an event reports began. That is earlier for evidence_lost, and in its note. */
static int64_t
since_of(const struct event *e)
{
	struct event_note note;

	if (span_is(e->word, "evidence_lost") && event_note_split(e->word, e->note, &note))
		return note.ms;
	return e->at_ms;
}

/* Adds each stretch from `first` to `second`. Returns when an unfinished one began, if any. */
static int64_t
add_between(struct stretches *s, const struct history *h, const struct ticket *t, const char *first,
	const char *second)
{
	int64_t since = HISTORY_NEVER;

	for (size_t i = 0; i < t->event_count; i++) {
		const struct event *e = &h->events[t->first_event + i];

		if (since == HISTORY_NEVER && span_is(e->word, first)) {
			since = since_of(e);
		} else if (since != HISTORY_NEVER && span_is(e->word, second)) {
			add(s, since, e->at_ms);
			since = HISTORY_NEVER;
		}
	}
	return since;
}

void
stretches_lost(struct stretches *s, const struct history *h, const struct ticket *t)
{
	int64_t end = ticket_end(t, h);
	int64_t since = add_between(s, h, t, "evidence_lost", "evidence_back");
	bool dark = !t->resolved &&
		    (span_is(t->verdict, "unknown") || span_is(t->verdict, "not evaluated"));

	if (since != HISTORY_NEVER)
		add(s, since, end);
	if (dark && t->verdict_since_ms != HISTORY_NEVER)
		add(s, t->verdict_since_ms, end);
	settle(s, t->began_ms, end);
}

enum { PATTERN_MAX = 256 };

/* SQLite's GLOB. An absent pattern matches everything; an absent text matches no other. */
static bool
matches(struct span pattern, struct span text)
{
	char p[PATTERN_MAX], s[PATTERN_MAX];

	if (!pattern.at)
		return true;
	if (!text.at || pattern.len >= sizeof p || text.len >= sizeof s)
		return false;
	memcpy(p, pattern.at, pattern.len);
	memcpy(s, text.at, text.len);
	p[pattern.len] = s[text.len] = '\0';
	return fnmatch(p, s, FNM_NOESCAPE) == 0;
}

void
stretches_muted(struct stretches *s, const struct history *h, const struct ticket *t)
{
	int64_t end = ticket_end(t, h);
	int64_t since = add_between(s, h, t, "muted", "unmuted");

	if (since != HISTORY_NEVER && t->muted)
		add(s, since, end);
	for (size_t i = 0; i < h->mute_count; i++) {
		const struct mute *m = &h->mutes[i];

		if (m->from_ms >= end || mute_end(m) <= t->began_ms)
			continue;
		if (matches(m->cluster, t->cluster) && matches(m->invariant, t->invariant) &&
			matches(m->store, t->store))
			add(s, m->from_ms, mute_end(m));
	}
	settle(s, t->began_ms, end);
}
