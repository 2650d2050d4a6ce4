/* SPDX-License-Identifier: ISC */
#ifndef OP_PACK_H
#define OP_PACK_H

#include <stddef.h>

#include "check/invariant.h"
#include "check/schema.h"

struct fault;
struct lint;
struct subject;

/* The content of a subject: its kinds, and its invariants, sorted by name. */
struct pack {
	struct schema schema;
	struct invariant *invariants;
	size_t count;
	size_t cap;
	char **unchosen; /* names of invariants that the choice leaves out */
	size_t unchosen_count, unchosen_cap;
};

/*
 * The user's choice: --set INVARIANT.KEY=VALUE, --only NAME, --skip NAME,
 * each any number of times. Files that are not chosen are not read.
 */
struct pack_choice {
	const char **set, **only, **skip;
	size_t set_count, only_count, skip_count;
};

/*
 * Reads a subject from its folders: an invariant of an earlier folder
 * replaces one of the same name, schema.sql merges by kind and column, and
 * the params of an earlier folder come last, before those of the choice.
 * Errors in the files are reported to l, and bad files are left out. -1 with
 * STATUS_USAGE for a bad choice, or with the status of a system error.
 */
int pack_load(struct pack *p, const struct subject *s, const struct pack_choice *choice,
	struct lint *l, struct fault *f);

/* Reads only the invariants of a subject's first folder, without params, for their cases. */
int pack_load_folder(struct pack *p, const struct subject *s, struct lint *l, struct fault *f);

void pack_free(struct pack *p);

/* The invariant of that name, or NULL. */
struct invariant *pack_find(const struct pack *p, const char *name, size_t len);

/*
 * Sets a fault: there is no invariant of that name, with a suggestion, or the
 * choice leaves it out.
 */
void pack_no_invariant(const struct pack *p, struct span name, struct fault *f);

#endif
