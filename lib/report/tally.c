/* SPDX-License-Identifier: ISC */
#include "report/tally.h"

#include <stdlib.h>

#include "base/mem.h"

enum { OFTEN = 3 };

static int
by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int
by_newness(const struct ticket *x, const struct ticket *y)
{
	if (x->created_ms != y->created_ms)
		return x->created_ms < y->created_ms ? -1 : 1;
	return (x > y) - (x < y);
}

static int
by_invariant(const void *a, const void *b)
{
	const struct ticket *x = *(const struct ticket *const *)a;
	const struct ticket *y = *(const struct ticket *const *)b;
	int order = span_compare(x->invariant, y->invariant);

	return order ? order : by_newness(x, y);
}

static int
compare_keys(const struct ticket *x, const struct ticket *y)
{
	int order = span_compare(x->subject, y->subject);

	if (!order)
		order = span_compare(x->cluster, y->cluster);
	return order ? order : span_compare(x->key, y->key);
}

static int
by_key(const void *a, const void *b)
{
	const struct ticket *x = *(const struct ticket *const *)a;
	const struct ticket *y = *(const struct ticket *const *)b;
	int order = compare_keys(x, y);

	return order ? order : by_newness(x, y);
}

static int
by_count(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;

	if (x->tickets != y->tickets)
		return x->tickets > y->tickets ? -1 : 1;
	return span_compare(x->name, y->name);
}

static int64_t
median(int64_t *list, size_t count)
{
	if (!count)
		return 0;
	qsort(list, count, sizeof *list, by_number);
	return count % 2 ? list[count / 2] : (list[count / 2 - 1] + list[count / 2]) / 2;
}

/* When it was acknowledged first, or HISTORY_NEVER. */
static int64_t
acknowledged_at(const struct history *h, const struct ticket *t)
{
	for (size_t i = 0; i < t->event_count; i++)
		if (span_is(h->events[t->first_event + i].word, "acknowledged"))
			return h->events[t->first_event + i].at_ms;
	return HISTORY_NEVER;
}

/* room holds a number for each ticket. */
static void
time_them(struct tally *sum, const struct history *h, const struct ticket **tickets, size_t count,
	int64_t *room)
{
	double total = 0;
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		if (tickets[i]->resolved)
			room[n++] = ticket_end(tickets[i], h) - tickets[i]->began_ms;
	for (size_t i = 0; i < n; i++) {
		total += (double)room[i];
		if (room[i] > sum->longest_ms)
			sum->longest_ms = room[i];
	}
	sum->resolved = n;
	sum->mean_ms = n ? (int64_t)(total / (double)n) : 0;
	sum->median_ms = median(room, n);
	n = 0;
	for (size_t i = 0; i < count; i++) {
		int64_t at = acknowledged_at(h, tickets[i]);

		if (at != HISTORY_NEVER)
			room[n++] = at > tickets[i]->created_ms ? at - tickets[i]->created_ms : 0;
	}
	sum->acknowledged = n;
	sum->acknowledged_ms = median(room, n);
}

static struct tally
add_up(const struct history *h, const struct ticket **tickets, size_t count, int64_t *room)
{
	struct tally sum = {.tickets = count};

	for (size_t i = 0; i < count; i++) {
		const struct ticket *t = tickets[i];

		sum.open += !t->resolved;
		sum.flapping += t->flapping;
		sum.critical += t->severity == SEVERITY_CRITICAL;
		if (t->severity > sum.worst)
			sum.worst = t->severity;
		sum.newest = t;
	}
	time_them(&sum, h, tickets, count, room);
	return sum;
}

static const struct ticket **
in_order(const struct history *h, int (*order)(const void *, const void *))
{
	const struct ticket **list = mem_array(h->ticket_count, sizeof(struct ticket *));

	for (size_t i = 0; i < h->ticket_count; i++)
		list[i] = &h->tickets[i];
	if (order)
		qsort(list, h->ticket_count, sizeof(struct ticket *), order);
	return list;
}

struct tally
tally_all(const struct history *h)
{
	const struct ticket **list = in_order(h, NULL);
	int64_t *room = mem_array(h->ticket_count, sizeof *room);
	struct tally sum = add_up(h, list, h->ticket_count, room);

	free(room);
	free(list);
	return sum;
}

struct tally *
tally_invariants(const struct history *h, size_t *count)
{
	const struct ticket **list = in_order(h, by_invariant);
	int64_t *room = mem_array(h->ticket_count, sizeof *room);
	struct tally *sums = NULL;
	size_t cap = 0;

	*count = 0;
	for (size_t i = 0, n; i < h->ticket_count; i += n) {
		for (n = 1; i + n < h->ticket_count; n++)
			if (!span_equal(list[i]->invariant, list[i + n]->invariant))
				break;
		sums = mem_grow(sums, *count, &cap, sizeof *sums);
		sums[*count] = add_up(h, list + i, n, room);
		sums[(*count)++].name = list[i]->invariant;
	}
	if (*count)
		qsort(sums, *count, sizeof *sums, by_count);
	free(room);
	free(list);
	return sums;
}

struct tally *
tally_flappers(const struct history *h, size_t *count)
{
	const struct ticket **list = in_order(h, by_key);
	int64_t *room = mem_array(h->ticket_count, sizeof *room);
	struct tally *sums = NULL;
	size_t cap = 0;

	*count = 0;
	for (size_t i = 0, n; i < h->ticket_count; i += n) {
		struct tally sum;

		for (n = 1; i + n < h->ticket_count; n++)
			if (compare_keys(list[i], list[i + n]) != 0)
				break;
		sum = add_up(h, list + i, n, room);
		sum.name = list[i]->key;
		if (!sum.flapping && n < OFTEN)
			continue;
		sums = mem_grow(sums, *count, &cap, sizeof *sums);
		sums[(*count)++] = sum;
	}
	if (*count)
		qsort(sums, *count, sizeof *sums, by_count);
	free(room);
	free(list);
	return sums;
}
