/* SPDX-License-Identifier: ISC */
#ifndef OP_INGEST_STREAM_H
#define OP_INGEST_STREAM_H

#include <stdbool.h>
#include <stdint.h>

struct fault;
struct outbox;

/*
 * Reads verdict cycles and applies them to a ticket store. Cycles that have
 * already come are applied in one transaction; it begins when they are read
 * and ends before anything else is waited for.
 */
struct ingest_stream;

struct ingest_stream_options {
	const char *file; /* the store, see database.h */
	bool rehearse;	  /* on a private copy of it */
	int64_t gone_after_ms;
	struct outbox *out;
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
 * After the last cycle: 0 if every cycle was taken and there was one, else -1
 * with STATUS_DATA. *reported is then true if the outbox holds the reason already.
 */
int ingest_stream_finish(const struct ingest_stream *in, bool *reported, struct fault *f);

#endif
