/* SPDX-License-Identifier: ISC */
#ifndef OP_CASE_RUN_H
#define OP_CASE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct fault;

/*
 * Runs the cases beside the invariants of a folder, a subject's or one of the
 * same shape, and prints TAP to out: a line for each case, and below a failed one
 * the expected (-) and the actual (+) verdicts. If the folder has no schema.sql,
 * or is an overlay, it uses the kinds of the subject of its name, or of tikv. An
 * invariant without cases is reported; `all` makes it a failure. Sets *failed. -1
 * with STATUS_CONFIG, or STATUS_DATA for an observation that cannot be read. Write
 * errors stay in the FILE.
 */
int case_run_folder(const char *dir, bool all, FILE *out, size_t *failed, struct fault *f);

#endif
