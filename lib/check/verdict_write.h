/* SPDX-License-Identifier: ISC */
#ifndef OP_VERDICT_WRITE_H
#define OP_VERDICT_WRITE_H

#include <stddef.h>
#include <stdint.h>

struct cycle_write;
struct fault;
struct invariant;
struct record_json;
struct verdict_set;

/* The check whose verdicts are written. */
struct verdict_write {
	const struct invariant *invariant;
	int kind;		    /* of the snapshots; -1 for none */
	const char *const *columns; /* names of the columns for the snapshot */
	size_t column_count;
	const char *cluster;
	int64_t at_ms;
	struct record_json *snapshot;
};

/*
 * Writes the records of an invariant that was evaluated: violations, lists of ok and unknown, and
 * the check that closes them. -1 with a fault, and nothing written, if a violation is too long.
 */
int verdict_write_check(const struct verdict_write *of, const struct verdict_set *v,
	struct cycle_write *out, struct fault *f);

/* Writes the check record of an invariant that was not evaluated. */
void verdict_write_incomplete(
	const struct invariant *i, const struct fault *f, struct cycle_write *out);

#endif
