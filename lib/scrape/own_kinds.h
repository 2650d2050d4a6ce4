/* SPDX-License-Identifier: ISC */
#ifndef OP_OWN_KINDS_H
#define OP_OWN_KINDS_H

#include <stddef.h>

struct cycle_write;
struct intern;
struct own_kind;
struct prometheus;
struct prometheus_error;

/* The kinds that are Prometheus' own: a record for each name that a series of the kind has. */
struct own_kinds {
	struct own_kind *list;
	size_t count;
};

void own_kinds_init(struct own_kinds *own, const struct prometheus *p, const struct intern *names);
void own_kinds_free(struct own_kinds *own);

/* As series_rows_errors(), for all of them. */
void own_kinds_errors(const struct own_kinds *own, struct prometheus_error *errors);

/* Writes their records, sorted by name. */
void own_kinds_write(const struct own_kinds *own, struct cycle_write *c);

#endif
