/* SPDX-License-Identifier: ISC */
#ifndef OP_QUERY_H
#define OP_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "check/sandbox.h"

struct fault;
struct invariant;

/* An invariant that is ready to run: its query calls op_verdict(), of eval.c, with each row. */
struct query {
	const struct invariant *invariant;
	sqlite3_stmt *stmt;
	bool *reads;	/* by kind */
	int kind;	/* the first that it reads: that of its snapshots; -1 for none */
	char **columns; /* those without a meaning of their own: for the snapshot */
	size_t column_count;
	int at_index; /* of the parameters, 0 where it has none */
	int cluster_index;
};

/*
 * Prepares an invariant, and learns what it reads. -1 with STATUS_CONFIG and
 * FILE:LINE; query_close() it all the same.
 */
int query_open(struct query *c, struct sandbox *s, const struct invariant *v, struct fault *f);
void query_close(struct query *c);

#endif
