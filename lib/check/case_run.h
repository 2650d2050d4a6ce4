/* SPDX-License-Identifier: ISC */
#ifndef OP_CASE_RUN_H
#define OP_CASE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct fault;

/*
 * Runs the cases beside the invariants of a folder, a subject's or one of the
 * same shape, and prints TAP to out: a line a case, and below a failed one
 * what was expected (-) and what came (+). If the folder has no schema.sql
 * of its own, or is an overlay, the kinds are those of the subject of its
 * name, or of tikv. An invariant without cases is named; `all` makes it a
 * failure. 0 or the number of failures in *failed; -1 with STATUS_CONFIG, or
 * STATUS_DATA for an observation that cannot be read. Failed writes stay in
 * the FILE.
 */
int case_run_folder(const char *dir, bool all, FILE *out, size_t *failed, struct fault *f);

#endif
