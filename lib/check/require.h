/* SPDX-License-Identifier: ISC */
#ifndef OP_REQUIRE_H
#define OP_REQUIRE_H

#include <stdbool.h>
#include <stddef.h>

struct eval_count;
struct fault;
struct pack;

/*
 * Whether the invariants that --require names are known to hold: in every cycle, and in at least
 * one, each must be complete, have evaluated a row, and have found every row ok.
 */
struct require {
	const struct pack *pack;
	bool *required; /* by invariant */
	size_t cycles;
	bool failed;
};

/* -1 with STATUS_USAGE for a name that is not evaluated; "all" means all that are. */
int require_open(struct require *r, const struct pack *p, const char *const *names, size_t count,
	struct fault *f);
void require_close(struct require *r); /* a zeroed struct is accepted */

/* Takes a cycle, and reports each requirement that it does not meet, with the reason. */
void require_take(struct require *r, const struct eval_count *counts,
	void (*report)(void *data, const char *text), void *data);

bool require_met(const struct require *r);

#endif
