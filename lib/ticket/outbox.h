/* SPDX-License-Identifier: ISC */
#ifndef OP_OUTBOX_H
#define OP_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct database;
struct event_line;
struct fault;
struct span;

/*
 * What ingest reports, kept back until it has been committed:
 * lines for people, safe for a terminal, and events for the next tool.
 */
struct outbox {
	struct buf people;
	struct buf events; /* NDJSON */
	bool wants_events;
	bool quiet;	    /* no heartbeats */
	bool log_time;	    /* a time before each line */
	const char *prefix; /* of every line for people */
};

void outbox_init(struct outbox *o, bool wants_events, const char *prefix);
void outbox_free(struct outbox *o);
void outbox_clear(struct outbox *o);
void outbox_cut(struct outbox *o, size_t people); /* all but so many bytes for people */

/* A line for people. */
void outbox_say(struct outbox *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The same after the program's name: something is wrong. */
void outbox_complain(struct outbox *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The line that ends a cycle, unless it is not wanted. */
void outbox_heartbeat(struct outbox *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* An event and the ticket as it is now, where they are wanted. */
int outbox_event(
	struct outbox *o, struct database *db, const struct event_line *e, struct fault *f);

#endif
