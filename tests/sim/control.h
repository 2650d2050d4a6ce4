/* SPDX-License-Identifier: ISC */
#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

#include <stdint.h>

struct answer;
struct cluster;
struct request;

enum { ERRORS_MAX = 16 };

/* Faults of the HTTP side: what all members and stores answer instead, or later. */
struct faults {
	int64_t delay_ms;
	unsigned limit; /* requests a second, more get 429; 0: no limit */
	int64_t second;
	unsigned in_second;
	struct {
		char path[256]; /* "" where the place is free */
		int status;	/* 0: the true answer */
		uint64_t cut; /* where not 0: the connection ends after so many bytes of the body */
		char body[1024];
	} errors[ERRORS_MAX];
};

/*
 * The control port. POST takes commands, one a line, and answers "ok", or 400
 * and a sentence at the first that it does not understand; GET / lists them.
 */
void control_answer(struct cluster *c, struct faults *f, const struct request *r, struct answer *a);

/* The commands, for people. */
extern const char control_help[];

#endif
