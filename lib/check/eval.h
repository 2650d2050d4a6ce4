/* SPDX-License-Identifier: ISC */
#ifndef OP_EVAL_H
#define OP_EVAL_H

#include <stdbool.h>
#include <stddef.h>

struct cycle_head;
struct cycle_write;
struct fault;
struct json_text;
struct pack;

/* Invariants over observations, by SQLite: records in, verdicts out, a cycle at a time. */
struct eval;

/*
 * Prepares the invariants of a pack, which stays the caller's and must
 * outlive it. NULL: STATUS_CONFIG with FILE:LINE and what is wrong there.
 * With report, it is told of each bad file, and the fault has no text.
 */
struct eval *eval_open(struct pack *pack, void (*report)(const struct fault *), struct fault *f);
void eval_close(struct eval *e);

/* The version of SQLite that evaluates. */
const char *eval_engine(void);

/* Forgets the records so far. */
void eval_clear(struct eval *e);

/* Takes a record of the cycle. NULL, or why it cannot be read. */
const char *eval_add(struct eval *e, const struct json_text *kind, const char *line, size_t len);

/* Evaluates all invariants and writes the cycle of verdicts. Returns the number of violations. */
size_t eval_run(struct eval *e, const struct cycle_head *head, struct cycle_write *out);

/* Does an invariant read a kind? By their indices in the pack and its schema. */
bool eval_reads(const struct eval *e, size_t invariant, size_t kind);

#endif
