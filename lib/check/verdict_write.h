/* SPDX-License-Identifier: ISC */
#ifndef OP_VERDICT_WRITE_H
#define OP_VERDICT_WRITE_H

#include <stddef.h>

struct cycle_write;
struct invariant;
struct record_json;
struct verdict_set;

/* Whose verdicts are being written. */
struct verdict_write {
	const struct invariant *invariant;
	int kind;		    /* of the snapshots; -1 for none */
	const char *const *columns; /* names of what the query has behind its message */
	size_t column_count;
	struct record_json *snapshot;
};

/*
 * Writes the records of an invariant that was evaluated: violations, lists
 * of ok and unknown, and the check that closes them. NULL, or why the check
 * is not evaluated: nothing is written then.
 */
const char *verdict_write_check(
	const struct verdict_write *of, const struct verdict_set *v, struct cycle_write *out);

/* Writes the check record of one that was not evaluated. */
void verdict_write_incomplete(const struct invariant *i, const char *why, struct cycle_write *out);

#endif
