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
 * already arrived are applied in one transaction, which begins after they were
 * read and ends before it waits for more.
 */
struct ingest_stream;

struct ingest_stream_options {
	const struct database_target *db;
	bool rehearse; /* on a private copy of it */
	struct ingest_options cycle;
};

/* Opens the store if it exists; the first whole cycle creates it. The options must outlive it. */
struct ingest_stream *ingest_stream_open(
	int fd, const struct ingest_stream_options *options, struct fault *f);
void ingest_stream_close(struct ingest_stream *in);

/*
 * Reads on and commits. 1: everything in the outbox is committed; the caller
 * prints it before the next call. 0: the same, and the input has ended. -1:
 * failed, and nothing in the outbox is committed.
 */
int ingest_stream_next(struct ingest_stream *in, struct fault *f);

/*
 * After the last cycle: 0 if there was a cycle, and each was taken or left to
 * another monitor. Else -1 with STATUS_DATA, or STATUS_TRY_AGAIN if another
 * monitor's lease prevented one; *reported is then true if the outbox has the
 * reason already.
 */
int ingest_stream_finish(const struct ingest_stream *in, bool *reported, struct fault *f);

#endif
