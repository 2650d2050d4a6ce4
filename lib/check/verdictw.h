/* SPDX-License-Identifier: ISC */
#ifndef OP_VERDICTW_H
#define OP_VERDICTW_H

#include <stddef.h>

struct cycle_writer;
struct invariant;
struct snapshot;
struct verdicts;

/* Whose verdicts are being written. */
struct verdictw {
	const struct invariant *invariant;
	int kind;		    /* of the snapshots; -1 for none */
	const char *const *columns; /* names of what the query has behind its message */
	size_t column_count;
	struct snapshot *snapshot;
};

/*
 * Writes the records of an invariant that was evaluated: violations, lists
 * of ok and unknown, and the check that closes them. NULL, or why the check
 * is not evaluated: nothing is written then.
 */
const char *verdictw_write(
	const struct verdictw *of, const struct verdicts *v, struct cycle_writer *out);

/* Writes the check record of one that was not evaluated. */
void verdictw_write_incomplete(
	const struct invariant *i, const char *why, struct cycle_writer *out);

#endif
