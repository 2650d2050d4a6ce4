/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_INCIDENT_H
#define OP_REPORT_INCIDENT_H

#include <stddef.h>

struct history;
struct ticket;

/* Orders by incident (subject, cluster, batch); 0 if both are in the same one. */
int incident_compare(const struct ticket *a, const struct ticket *b);

/* Tickets grouped by incident. Those without a batch_key belong to none. */
struct incidents {
	const struct ticket **order; /* by incident, then by id */
	size_t count;
};

void incidents_find(struct incidents *i, const struct history *h);
void incidents_free(struct incidents *i);

/* Returns the tickets of t's incident, t included, and sets *count; 0 if t is in none. */
const struct ticket *const *incidents_of(
	const struct incidents *i, const struct ticket *t, size_t *count);

#endif
