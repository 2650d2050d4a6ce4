/* SPDX-License-Identifier: ISC */
#include "report/chart.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "report/history.h"
#include "stream/ident.h"

/* Bars closer than 1/APART of the page's window would merge on the screen. */
enum { APART = 160 };

static int
compare_stores(struct span a, struct span b)
{
	if (!a.at || !b.at)
		return (a.at != NULL) - (b.at != NULL);
	return ident_compare(a.at, a.len, b.at, b.len);
}

static int
by_place(const void *a, const void *b)
{
	const struct ticket *x = *(const struct ticket *const *)a;
	const struct ticket *y = *(const struct ticket *const *)b;
	int order = span_compare(x->cluster, y->cluster);

	if (!order)
		order = span_compare(x->subject, y->subject);
	if (!order)
		order = compare_stores(x->store, y->store);
	if (!order && x->began_ms != y->began_ms)
		order = x->began_ms < y->began_ms ? -1 : 1;
	return order ? order : (x > y) - (x < y);
}

struct place {
	struct span subject, cluster;
};

static int
by_cluster(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = span_compare(x->cluster, y->cluster);

	return order ? order : span_compare(x->subject, y->subject);
}

/* Returns the lowest lane whose last bar has ended, else a new one. */
static unsigned
choose_lane(int64_t *ends, unsigned lanes, int64_t began_ms)
{
	unsigned lane = 0;

	while (lane < lanes && ends[lane] > began_ms)
		lane++;
	return lane;
}

struct layout {
	const struct history *h;
	int64_t *ends; /* when the last bar of each lane of the current row ends */
	size_t ends_cap;
	size_t row_cap, quiet_cap;
};

static bool
is_within(const struct ticket *t, const struct history *h)
{
	return t->began_ms <= h->until_ms && ticket_end(t, h) >= h->since_ms;
}

/* Adds the bars of tickets of one store. */
static void
add_row(struct layout *l, struct chart *c, const struct ticket **tickets, size_t count)
{
	int64_t apart = (l->h->until_ms - l->h->since_ms) / APART;
	struct row row = {.store = tickets[0]->store, .first_bar = c->bar_count};

	for (size_t i = 0; i < count; i++) {
		const struct ticket *t = tickets[i];
		int64_t end = ticket_end(t, l->h);
		unsigned lane;

		if (!is_within(t, l->h))
			continue;
		l->ends = mem_grow(l->ends, row.lanes, &l->ends_cap, sizeof *l->ends);
		lane = choose_lane(l->ends, row.lanes, t->began_ms);
		row.lanes += lane == row.lanes;
		l->ends[lane] = (end < t->began_ms + apart ? t->began_ms + apart : end) + apart / 4;
		c->bars[c->bar_count++] = (struct bar){t, lane};
	}
	row.bar_count = c->bar_count - row.first_bar;
	if (!row.bar_count && row.store.at) {
		c->quiet = mem_grow(c->quiet, c->quiet_count, &l->quiet_cap, sizeof *c->quiet);
		c->quiet[c->quiet_count++] = row.store;
		return;
	}
	row.lanes += !row.lanes;
	c->rows = mem_grow(c->rows, c->row_count, &l->row_cap, sizeof *c->rows);
	c->rows[c->row_count++] = row;
}

/* tickets are those of one cluster, sorted by store. The cluster itself always has a row. */
static void
make_chart(struct layout *l, struct chart *c, const struct ticket **tickets, size_t count)
{
	l->row_cap = l->quiet_cap = 0;
	c->bars = mem_array(count, sizeof *c->bars);
	if (!count || tickets[0]->store.at) {
		c->rows = mem_grow(c->rows, c->row_count, &l->row_cap, sizeof *c->rows);
		c->rows[c->row_count++] = (struct row){.lanes = 1};
	}
	for (size_t i = 0, n; i < count; i += n) {
		for (n = 1; i + n < count; n++)
			if (compare_stores(tickets[i]->store, tickets[i + n]->store) != 0)
				break;
		add_row(l, c, tickets + i, n);
	}
}

static struct place *
find_places(const struct history *h, size_t *count)
{
	size_t all = h->ticket_count + h->gap_count, kept = 0;
	struct place *places = mem_array(all, sizeof *places);

	for (size_t i = 0; i < h->ticket_count; i++)
		places[i] = (struct place){h->tickets[i].subject, h->tickets[i].cluster};
	for (size_t i = 0; i < h->gap_count; i++)
		places[h->ticket_count + i] = (struct place){
			h->gaps[i].subject, h->gaps[i].cluster};
	qsort(places, all, sizeof *places, by_cluster);
	for (size_t i = 0; i < all; i++)
		if (!kept || by_cluster(&places[kept - 1], &places[i]) != 0)
			places[kept++] = places[i];
	*count = kept;
	return places;
}

struct chart *
charts_make(const struct history *h, size_t *count)
{
	const struct ticket **order = mem_array(h->ticket_count, sizeof(struct ticket *));
	struct place *places = find_places(h, count);
	struct chart *charts = mem_zero(*count, sizeof *charts);
	struct layout l = {.h = h};
	size_t at = 0;

	for (size_t i = 0; i < h->ticket_count; i++)
		order[i] = &h->tickets[i];
	qsort(order, h->ticket_count, sizeof(struct ticket *), by_place);
	for (size_t i = 0; i < *count; i++) {
		size_t n = 0;

		while (at + n < h->ticket_count &&
			span_equal(order[at + n]->cluster, places[i].cluster) &&
			span_equal(order[at + n]->subject, places[i].subject))
			n++;
		charts[i].subject = places[i].subject;
		charts[i].cluster = places[i].cluster;
		make_chart(&l, &charts[i], order + at, n);
		at += n;
	}
	free(l.ends);
	free(places);
	free(order);
	return charts;
}

void
charts_free(struct chart *charts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(charts[i].rows);
		free(charts[i].bars);
		free(charts[i].quiet);
	}
	free(charts);
}
