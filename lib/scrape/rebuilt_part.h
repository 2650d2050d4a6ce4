/* SPDX-License-Identifier: ISC */
#ifndef OP_REBUILT_PART_H
#define OP_REBUILT_PART_H

#include "scrape/rebuilt.h"

struct prom_series;

/* Shared by rebuilt.c, rebuilt_stores.c and rebuilt_members.c. */

/* The point being rebuilt. */
struct rebuilt_work {
	struct rebuilt *r;
	const struct rebuilt_input *in;
	size_t point;
	uint32_t *rows; /* by name: the row of the store with this label; UINT32_MAX: none */
};

/* Fills the stores, or the members, and whether they are whole. */
void rebuilt_stores(struct rebuilt_work *w);
void rebuilt_members(struct rebuilt_work *w);

/* The value of a series at a point, NAN if it has none, and one of its labels. */
double rebuilt_value(const struct rebuilt_input *in, const struct prom_series *s, size_t point);
struct span rebuilt_label(const struct rebuilt_input *in, const struct prom_series *s, size_t i);

/* The one value of a query without labels, and that of the series with this first label; or NAN. */
double rebuilt_only_value(const struct rebuilt_work *w, enum history_query q);
double rebuilt_value_of(const struct rebuilt_work *w, enum history_query q, const char *text);

/* A value as a count: PD_UNKNOWN if it is not one. */
uint64_t rebuilt_count(double value);

/* Whether the query failed; if so, notes it as why a kind is not whole. */
bool rebuilt_lost(const struct rebuilt_work *w, enum history_query q);

/* Notes why a kind is not whole. The first reason counts. */
void rebuilt_error(struct rebuilt *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
