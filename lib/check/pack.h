/* SPDX-License-Identifier: ISC */
#ifndef OP_PACK_H
#define OP_PACK_H

#include <stddef.h>

#include "check/invariant.h"
#include "check/schema.h"

struct fault;
struct subject;

/* What a subject says: its kinds, and its invariants, sorted by name. */
struct pack {
	struct schema schema;
	struct invariant *invariants;
	size_t count;
	size_t bad; /* files that were left out: see pack_load() */
};

/*
 * The user's choice: --set INVARIANT.KEY=VALUE, --only NAME, --skip NAME,
 * each any number of times. Files that are not chosen are not read.
 */
struct pack_choice {
	const char **set, **only, **skip;
	size_t set_count, only_count, skip_count;
	void (*report)(const struct fault *); /* told of each bad file, where there is one */
};

/*
 * Reads a subject from its folders: an invariant of an earlier folder
 * replaces one of the same name, schema.sql merges by kind and column, and
 * the params of an earlier folder come last, before those of the choice.
 * -1: STATUS_CONFIG with FILE:LINE, or STATUS_USAGE for a bad choice. With
 * report, bad invariants are left out and counted in p->bad instead.
 */
int pack_load(
	struct pack *p, const struct subject *s, const struct pack_choice *choice, struct fault *f);

/* Reads the invariants of a subject's first folder alone, without any params: for their cases. */
int pack_load_folder(struct pack *p, const struct subject *s, struct fault *f);

void pack_free(struct pack *p);

/* The invariant of that name, or NULL. */
struct invariant *pack_find(const struct pack *p, const char *name, size_t len);

#endif
