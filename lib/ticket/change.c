/* SPDX-License-Identifier: ISC */
#include "ticket/change.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "ticket/tickets.h"

void
changes_init(struct changes *c, const struct verdict_cycle *cycle)
{
	*c = (struct changes){
		.cycle = cycle,
		.step_ms = TIMESTAMP_NEVER,
		.gap_began_ms = TIMESTAMP_NEVER,
		.last_opened_ms = TIMESTAMP_NEVER,
	};
}

void
changes_free(struct changes *c)
{
	free(c->tickets);
	free(c->opens);
	free(c->events);
	free(c->keeps);
	free(c->drops);
	free(c->unknowns);
	arena_free(&c->texts);
	*c = (struct changes){.cycle = NULL};
}

struct change_ticket *
changes_ticket(struct changes *c)
{
	c->tickets = mem_grow(c->tickets, c->ticket_count, &c->ticket_cap, sizeof *c->tickets);
	c->tickets[c->ticket_count] = (struct change_ticket){.id = 0};
	return &c->tickets[c->ticket_count++];
}

struct change_open *
changes_open(struct changes *c)
{
	c->opens = mem_grow(c->opens, c->open_count, &c->open_cap, sizeof *c->opens);
	c->opens[c->open_count] = (struct change_open){.id = 0};
	return &c->opens[c->open_count++];
}

struct change_pending *
changes_keep(struct changes *c)
{
	c->keeps = mem_grow(c->keeps, c->keep_count, &c->keep_cap, sizeof *c->keeps);
	c->keeps[c->keep_count] = (struct change_pending){.verdict = NULL};
	return &c->keeps[c->keep_count++];
}

void
changes_drop(struct changes *c, struct span key)
{
	c->drops = mem_grow(c->drops, c->drop_count, &c->drop_cap, sizeof *c->drops);
	c->drops[c->drop_count++] = key;
}

void
changes_unknown(struct changes *c, uint32_t invariant, bool had_rows)
{
	c->unknowns = mem_grow(c->unknowns, c->unknown_count, &c->unknown_cap, sizeof *c->unknowns);
	c->unknowns[c->unknown_count++] = (struct change_unknown){invariant, had_rows};
}

static struct change_event *
add_event(struct changes *c)
{
	c->events = mem_grow(c->events, c->event_count, &c->event_cap, sizeof *c->events);
	c->events[c->event_count] = (struct change_event){.id = 0};
	return &c->events[c->event_count++];
}

struct change_event *
changes_event(struct changes *c, const struct open_ticket *ticket, bool muted, const char *event,
	const char *note)
{
	struct change_event *e = add_event(c);

	e->ticket_id = ticket->id;
	e->event = event;
	e->note = note;
	e->muted = muted;
	e->ticket = ticket;
	return e;
}

void
changes_created(struct changes *c)
{
	struct change_event *e = add_event(c);

	e->ticket_id = -(int64_t)c->open_count;
	e->event = "created";
	e->muted = c->opens[c->open_count - 1].muted;
}

const char *
changes_text(struct changes *c, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	text = arena_alloc(&c->texts, (size_t)len + 1);
	va_start(ap, fmt);
	text_vformat(text, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return text;
}
