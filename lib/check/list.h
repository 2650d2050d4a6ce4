/* SPDX-License-Identifier: ISC */
#ifndef OP_LIST_H
#define OP_LIST_H

#include <stdbool.h>
#include <stdio.h>

struct eval;
struct fault;
struct pack;

/*
 * Lists the invariants of a pack with their parameters and kinds: a table for
 * people, or a line of JSON each. -1 on failure; write errors stay in the FILE.
 */
int list_write(const struct pack *p, const struct eval *e, bool table, FILE *out, struct fault *f);

#endif
