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
 * What ingest reports, held back until it has been committed: lines for people,
 * safe for a terminal, and events for the next tool.
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
void outbox_cut(struct outbox *o, size_t people); /* drops all but the first bytes for people */

/* Adds a line for people. */
void outbox_say(struct outbox *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The same for a problem, with the program's name before it. */
void outbox_complain(struct outbox *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Adds the line that ends a cycle, unless quiet is set. */
void outbox_heartbeat(struct outbox *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Adds an event with its ticket as it is now, if wants_events is set. */
int outbox_event(
	struct outbox *o, struct database *db, const struct event_line *e, struct fault *f);

#endif
