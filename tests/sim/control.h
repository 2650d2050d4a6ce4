/* SPDX-License-Identifier: ISC */
#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

#include <stdint.h>

struct answer;
struct cluster;
struct request;

enum { ERRORS_MAX = 16 };

/* Faults of HTTP, for all members and stores: other answers than usual, or late ones. */
struct faults {
	int64_t delay_ms;
	unsigned limit; /* requests a second, more get 429; 0: no limit */
	int64_t second;
	unsigned in_second;
	struct {
		char path[256]; /* "" if the place is free */
		int status;	/* 0: the usual answer */
		uint64_t cut;	/* if not 0, the connection ends after so many bytes of the body */
		char body[1024];
	} errors[ERRORS_MAX];
};

/*
 * The control port. POST takes commands, one per line. It answers "ok", or 400
 * and a message at the first command that it does not understand. GET lists the
 * commands.
 */
void control_answer(struct cluster *c, struct faults *f, const struct request *r, struct answer *a);

/* The list of commands. */
extern const char control_help[];

#endif
