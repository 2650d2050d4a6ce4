/* SPDX-License-Identifier: ISC */
#ifndef OP_VERDICTS_H
#define OP_VERDICTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cycle_writer;
struct invariant;
struct observations;

enum verdict {
	VERDICT_OK,
	VERDICT_VIOLATED,
	VERDICT_UNKNOWN,
};

/* The verdicts of one check: collected in any order, written in that of their ids. */
struct verdicts;

struct verdicts *verdicts_open(struct observations *o);
void verdicts_close(struct verdicts *v);

/*
 * Begins a check. kind is that of its snapshots, -1 for none; columns are the
 * names of what the query has behind store_id, violated and message.
 */
void verdicts_start(struct verdicts *v, const struct invariant *invariant, int kind,
	const char *const *columns, size_t column_count);

/*
 * Keeps what a violation has to say: the message as JSON (a string), and the values of the
 * columns as JSON. First the buf is filled, one after the other closed by
 * verdicts_value(); then verdicts_detail() gives the number for verdicts_add().
 * 0 where there is no room.
 */
struct buf *verdicts_values(struct verdicts *v);
void verdicts_value(struct verdicts *v);
uint32_t verdicts_detail(struct verdicts *v);

/* Adds one; id is NULL for the whole cluster. NULL, or why the check is not evaluated. */
const char *verdicts_add(
	struct verdicts *v, const char *id, size_t len, enum verdict verdict, uint32_t detail);

/* Sorts them. NULL, or why the check is not evaluated (until the next call). */
const char *verdicts_finish(struct verdicts *v);

/* Writes them, and the check record that closes them. Returns the number of violations. */
size_t verdicts_write(struct verdicts *v, struct cycle_writer *out);

#endif
