/* SPDX-License-Identifier: ISC */
#ifndef OP_EXPLAIN_H
#define OP_EXPLAIN_H

#include <stdint.h>
#include <stdio.h>

#include "base/span.h"

struct fault;
struct query;
struct sandbox;

/* Explains an invariant in one cycle to a person. */
struct explain {
	const struct query *query;
	struct sandbox *sandbox;
	size_t observations; /* of the cycle */
	struct span id;	     /* only the rows of this store_id; at NULL: all */
	const char *cluster;
	int64_t at_ms;
	FILE *out; /* write errors stay in it */
};

/* Writes the invariant's text and its parameters. */
void explain_head(const struct explain *e);

/* Writes each row: its verdict, why, and what the verdict read. -1 with a fault if that fails. */
int explain_rows(const struct explain *e, struct fault *f);

/* Writes the fault, as why the invariant was not evaluated. */
void explain_incomplete(const struct explain *e, const struct fault *f);

#endif
