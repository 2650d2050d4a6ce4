/* SPDX-License-Identifier: ISC */
#ifndef OP_VERDICT_FUNCTIONS_H
#define OP_VERDICT_FUNCTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "check/vtab.h"

struct fault;
struct query;
struct verdict_set;

/*
 * The SQL functions that the query of lib/check/query.h calls, and the set of verdicts that they
 * fill.
 */
struct verdict_functions {
	struct verdict_set *set;
	const struct vtab *vtab;
	const struct query *query;
	bool violated; /* the last result of op_truth() */
	/* the last mask without a reason, and its note: most rows have the same; -1: none yet */
	int64_t mask;
	uint32_t mask_note;
};

/* Registers the functions with db, for v. -1 with a fault. */
int verdict_functions_register(struct verdict_functions *v, sqlite3 *db, struct fault *f);

/* Starts the verdicts of a query. */
void verdict_functions_start(struct verdict_functions *v, const struct query *query);

#endif
