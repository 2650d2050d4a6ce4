/* SPDX-License-Identifier: ISC */
#include "ticket/change.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/timestamp.h"
#include "ticket/tickets.h"

void
changes_init(struct changes *c, const struct verdict_cycle *cycle)
{
	*c = (struct changes){.cycle = cycle, .last_opened_ms = TIMESTAMP_NEVER};
}

void
changes_free(struct changes *c)
{
	free(c->tickets);
	free(c->opens);
	free(c->events);
	free(c->keeps);
	free(c->drops);
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

static struct change_event *
add_event(struct changes *c)
{
	c->events = mem_grow(c->events, c->event_count, &c->event_cap, sizeof *c->events);
	return &c->events[c->event_count++];
}

void
changes_event(
	struct changes *c, const struct open_ticket *ticket, const char *event, const char *note)
{
	*add_event(c) = (struct change_event){ticket->id, event, note, ticket};
}

void
changes_created(struct changes *c)
{
	*add_event(c) = (struct change_event){-(int64_t)c->open_count, "created", NULL, NULL};
}
