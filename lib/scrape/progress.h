/* SPDX-License-Identifier: ISC */
#ifndef OP_PROGRESS_H
#define OP_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

struct history;

/* The progress of a history, as texts for people, which the caller prints. */
struct progress {
	int64_t begun_ns; /* clock_monotonic_ns() */
	int64_t told_ns;  /* when a line was last due */
	int64_t every_ns;
};

enum { PROGRESS_SIZE = 256 };

/* How often on a terminal, and elsewhere. */
#define PROGRESS_TERMINAL_NS INT64_C(200000000)
#define PROGRESS_LOG_NS INT64_C(60000000000)

void progress_begin(struct progress *p, int64_t every_ns);

/* If a line is due, sets text: the time of the last cycle, percent, speed and the time left. */
int progress_due(struct progress *p, const struct history *h, char text[PROGRESS_SIZE]);

/* Sums it up in one line: cycles, gaps, and where the history begins. */
void progress_sum(const struct history *h, char text[PROGRESS_SIZE]);

#endif
