/* SPDX-License-Identifier: ISC */
#ifndef OP_REPORT_INCIDENT_H
#define OP_REPORT_INCIDENT_H

#include <stddef.h>

struct history;
struct ticket;

/* Order by incident: subject, cluster, batch. 0: the same one. */
int incident_compare(const struct ticket *a, const struct ticket *b);

/* Who shares an incident with whom. Tickets without a batch_key are in none. */
struct incidents {
	const struct ticket **order; /* by incident, then by id */
	size_t count;
};

void incidents_find(struct incidents *i, const struct history *h);
void incidents_free(struct incidents *i);

/* The tickets of t's incident, t among them. *count is 0 if t is in none. */
const struct ticket *const *incidents_of(
	const struct incidents *i, const struct ticket *t, size_t *count);

#endif
