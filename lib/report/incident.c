/* SPDX-License-Identifier: ISC */
#include "report/incident.h"

#include <stdlib.h>

#include "base/mem.h"
#include "report/history.h"

int
incident_compare(const struct ticket *a, const struct ticket *b)
{
	int order = span_compare(a->batch, b->batch);

	if (!order)
		order = span_compare(a->cluster, b->cluster);
	return order ? order : span_compare(a->subject, b->subject);
}

static int
by_incident(const void *a, const void *b)
{
	const struct ticket *x = *(const struct ticket *const *)a;
	const struct ticket *y = *(const struct ticket *const *)b;
	int order = incident_compare(x, y);

	if (!order && x->id != y->id)
		order = x->id < y->id ? -1 : 1;
	return order ? order : (x > y) - (x < y);
}

void
incidents_find(struct incidents *i, const struct history *h)
{
	i->order = mem_array(h->ticket_count, sizeof(struct ticket *));
	i->count = 0;
	for (size_t k = 0; k < h->ticket_count; k++)
		if (h->tickets[k].batch.at)
			i->order[i->count++] = &h->tickets[k];
	qsort(i->order, i->count, sizeof(struct ticket *), by_incident);
}

void
incidents_free(struct incidents *i)
{
	free(i->order);
	*i = (struct incidents){0};
}

const struct ticket *const *
incidents_of(const struct incidents *i, const struct ticket *t, size_t *count)
{
	size_t low = 0, high = i->count, end;

	*count = 0;
	if (!t->batch.at)
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (incident_compare(i->order[middle], t) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < i->count && incident_compare(i->order[end], t) == 0;)
		end++;
	*count = end - low;
	return i->order + low;
}
