/* SPDX-License-Identifier: ISC */
#ifndef OP_INGEST_STREAM_H
#define OP_INGEST_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "ticket/ingest_cycle.h"

struct database_target;
struct fault;

/*
 * Reads verdict cycles and applies them to a ticket store. Cycles that have
 * already come are applied in one transaction; it begins when they are read
 * and ends before anything else is waited for.
 */
struct ingest_stream;

struct ingest_stream_options {
	const struct database_target *db;
	bool rehearse; /* on a private copy of it */
	struct ingest_options cycle;
};

/* Looks at the store, but creates it only for the first whole cycle. The options must outlive it.
 */
struct ingest_stream *ingest_stream_open(
	int fd, const struct ingest_stream_options *options, struct fault *f);
void ingest_stream_close(struct ingest_stream *in);

/*
 * Reads on and commits. 1: what the outbox says is done; it is the caller's
 * to print before the next call. 0: the input has ended, likewise. -1: failed;
 * nothing of what the outbox would say is done.
 */
int ingest_stream_next(struct ingest_stream *in, struct fault *f);

/*
 * After the last cycle: 0 if every cycle was taken or stood by for and there
 * was one, else -1 with STATUS_DATA, or STATUS_TRY_AGAIN if another monitor's
 * lease was in the way of one. *reported is then true if the outbox holds the reason already.
 */
int ingest_stream_finish(const struct ingest_stream *in, bool *reported, struct fault *f);

#endif
