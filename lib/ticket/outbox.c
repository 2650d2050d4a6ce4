/* SPDX-License-Identifier: ISC */
#include "ticket/outbox.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/timestamp.h"
#include "base/vis.h"
#include "ticket/database.h"
#include "ticket/event_line.h"
#include "ticket/store_cycle.h"

enum { OUTBOX_MAX = 1 << 30 };

void
outbox_init(struct outbox *o, bool wants_events, const char *prefix)
{
	*o = (struct outbox){.wants_events = wants_events, .prefix = prefix};
	buf_init(&o->people, OUTBOX_MAX);
	buf_init(&o->events, OUTBOX_MAX);
}

void
outbox_free(struct outbox *o)
{
	buf_free(&o->people);
	buf_free(&o->events);
}

void
outbox_clear(struct outbox *o)
{
	buf_clear(&o->people);
	buf_clear(&o->events);
}

void
outbox_cut(struct outbox *o, size_t people)
{
	o->people.len = people;
	o->people.data[people] = '\0';
	buf_clear(&o->events);
}

static void
begin_line(struct outbox *o, const char *prefix)
{
	char now[TIMESTAMP_SIZE];
	struct fault ignored;
	int64_t now_ms;

	if (o->log_time && clock_stamp_ms(&now_ms, &ignored) == 0) {
		timestamp_format(now, now_ms);
		buf_printf(&o->people, "%s ", now);
	}
	buf_add_text(&o->people, prefix);
}

static void __attribute__((format(printf, 2, 0)))
add_line(struct outbox *o, const char *fmt, va_list ap)
{
	char *text;
	int len = vasprintf(&text, fmt, ap);

	if (len < 0)
		return;				/* a line without memory must not lose a cycle */
	vis_add(&o->people, text, (size_t)len); /* likewise a gigabyte of them */
	buf_add_char(&o->people, '\n');
	free(text);
}

void
outbox_say(struct outbox *o, const char *fmt, ...)
{
	va_list ap;

	begin_line(o, o->prefix);
	va_start(ap, fmt);
	add_line(o, fmt, ap);
	va_end(ap);
}

void
outbox_complain(struct outbox *o, const char *fmt, ...)
{
	va_list ap;

	begin_line(o, "");
	buf_printf(&o->people, "%s: ", program_invocation_short_name);
	va_start(ap, fmt);
	add_line(o, fmt, ap);
	va_end(ap);
}

void
outbox_heartbeat(struct outbox *o, const char *fmt, ...)
{
	va_list ap;

	if (o->quiet)
		return;
	begin_line(o, o->prefix);
	va_start(ap, fmt);
	add_line(o, fmt, ap);
	va_end(ap);
}

int
outbox_event(struct outbox *o, struct database *db, const struct event_line *e, struct fault *f)
{
	struct stmt *row;

	if (!o->wants_events)
		return 0;
	row = store_ticket(db, e->ticket_id, f);
	if (!row)
		return -1;
	event_line_json(&o->events, e, row, 0);
	buf_add_char(&o->events, '\n');
	store_ticket_done(row);
	if (o->events.full)
		return fault_set(f, STATUS_TRY_AGAIN, "not enough memory for the events");
	return 0;
}
