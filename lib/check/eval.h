/* SPDX-License-Identifier: ISC */
#ifndef OP_EVAL_H
#define OP_EVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/span.h"

struct cycle_head;
struct cycle_write;
struct fault;
struct json_text;
struct lint;
struct pack;

/* Evaluates invariants with SQLite, a cycle at a time: records in, verdicts out. */
struct eval;

/*
 * Prepares the invariants of a pack, which stays the caller's and must outlive it. Reports errors
 * in them to l; if there are any, it must not run. NULL with a fault if the engine fails.
 */
struct eval *eval_open(struct pack *pack, struct lint *l, struct fault *f);
void eval_close(struct eval *e);

/* The version of SQLite that evaluates. */
const char *eval_engine(void);

/* The invariant being evaluated, for a handler of SIGALRM (see sandbox_run()); NULL: none yet. */
const char *eval_running(const struct eval *e);

/* Forgets the records so far. */
void eval_clear(struct eval *e);

/* Takes a record of the cycle. -1 with a fault if it cannot be read: the cycle is then torn. */
int eval_add(struct eval *e, const struct json_text *kind, struct span line, struct fault *f);

/* The result of an invariant in the last cycle. */
struct eval_count {
	bool complete;
	size_t ok, violated, unknown;
};

/*
 * Evaluates all invariants and writes the cycle of verdicts. counts has room for one of each
 * invariant. -1 with STATUS_TRY_AGAIN if the machine failed: the cycle must not be written then.
 */
int eval_run(struct eval *e, const struct cycle_head *head, struct cycle_write *out,
	struct eval_count *counts, struct fault *f);

/*
 * Evaluates one invariant, and writes for people what it read of each row, or of those with this id
 * unless id.at is NULL, and the verdicts. -1 as for eval_run().
 */
int eval_explain(struct eval *e, size_t invariant, struct span id, const struct cycle_head *head,
	FILE *out, struct fault *f);

/* Whether an invariant reads a kind, by their indices in the pack and its schema. */
bool eval_reads(const struct eval *e, size_t invariant, size_t kind);

#endif
