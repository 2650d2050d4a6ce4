/* SPDX-License-Identifier: ISC */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/mem.h"
#include "base/number.h"
#include "scrape/pd.h"
#include "scrape/prom_matrix.h"
#include "scrape/rebuilt.h"
#include "scrape/rebuilt_part.h"
#include "scrape/store_state.h"

/* Finds today's store with this id and address, for names that no metric has. */
static const struct pd_store *
today_store(const struct rebuilt_input *in, const struct pd_store *s)
{
	const struct pd_store *now = in->today ? pd_stores_find(&in->today->stores, s->id) : NULL;

	return now && span_equal(now->address, s->address) ? now : NULL;
}

static void
take_today(struct rebuilt_work *w, struct pd_store *s)
{
	const struct pd_store *now = today_store(w->in, s);

	if (!now)
		return;
	s->status_address = now->status_address;
	s->tiflash = now->tiflash;
	s->engine_unknown = false;
	for (size_t i = 0; i < now->label_count; i++) {
		const struct pd_stores *today = &w->in->today->stores;

		pd_stores_add_label(&w->r->stores, s, today->labels[now->label_first + i]);
	}
}

/* The stores that the PD leader counts, and the row of each one's label. */
static void
list_stores(struct rebuilt_work *w)
{
	const struct prom_matrix *m = &w->in->answers[HISTORY_STORE_CAPACITY];
	struct pd_stores *all = &w->r->stores;

	for (size_t i = 0; i < m->count; i++) {
		double capacity = rebuilt_value(w->in, &m->list[i], w->point);
		struct span id = rebuilt_label(w->in, &m->list[i], 0);
		struct pd_store s = pd_store_unknown;

		if (isnan(capacity) || number_u64(id.at, id.len, UINT64_MAX, &s.id))
			continue;
		s.address = rebuilt_label(w->in, &m->list[i], 1);
		s.engine_unknown = s.destroyed_unknown = true;
		s.no_capacity = !(capacity > 0);
		if (!s.no_capacity)
			s.capacity_bytes = rebuilt_count(capacity);
		pd_stores_add(all, &s);
	}
	pd_stores_sort(all);
	for (size_t i = 0; i < intern_count(w->in->names); i++)
		w->rows[i] = UINT32_MAX;
	for (size_t i = 0; i < m->count; i++) {
		struct span id = rebuilt_label(w->in, &m->list[i], 0);
		struct pd_store *found;
		uint64_t number;

		if (number_u64(id.at, id.len, UINT64_MAX, &number))
			continue;
		found = pd_stores_find(all, number);
		if (found)
			w->rows[m->list[i].labels[0]] = (uint32_t)(found - all->list);
	}
}

/* Finds a series' store by its labels store and, if it has one, address. */
static struct pd_store *
store_of(const struct rebuilt_work *w, const struct prom_series *s, bool has_address)
{
	uint32_t row = s->labels[0] == INTERN_NONE ? UINT32_MAX : w->rows[s->labels[0]];
	struct pd_store *store = row == UINT32_MAX ? NULL : &w->r->stores.list[row];

	if (store && has_address && !span_equal(store->address, rebuilt_label(w->in, s, 1)))
		return NULL;
	return store;
}

/* Fills a count of every store from its series. */
static void
fill_counts(struct rebuilt_work *w, enum history_query q, size_t offset)
{
	const struct prom_matrix *m = &w->in->answers[q];

	for (size_t i = 0; i < m->count; i++) {
		struct pd_store *s = store_of(w, &m->list[i], true);
		uint64_t count = rebuilt_count(rebuilt_value(w->in, &m->list[i], w->point));

		if (s && count != PD_UNKNOWN)
			memcpy((char *)s + offset, &count, sizeof count);
	}
}

static void
fill_engines_and_labels(struct rebuilt_work *w)
{
	const struct prom_matrix *engines = &w->in->answers[HISTORY_STORE_ENGINE];
	const struct prom_matrix *labels = &w->in->answers[HISTORY_STORE_LABEL];

	for (size_t i = 0; i < w->r->stores.count; i++)
		take_today(w, &w->r->stores.list[i]);
	for (size_t i = 0; i < engines->count; i++) {
		struct pd_store *s = store_of(w, &engines->list[i], false);
		struct span engine = rebuilt_label(w->in, &engines->list[i], 1);

		if (!s || isnan(rebuilt_value(w->in, &engines->list[i], w->point)))
			continue;
		s->tiflash = span_is(engine, "tiflash");
		s->engine_unknown = !s->tiflash && !span_is(engine, "tikv");
	}
	for (size_t i = 0; i < w->r->stores.count; i++) { /* a store's labels are adjacent */
		struct pd_store *s = &w->r->stores.list[i];

		for (size_t k = 0; !today_store(w->in, s) && k < labels->count; k++) {
			struct span value = rebuilt_label(w->in, &labels->list[k], 1), key;

			if (store_of(w, &labels->list[k], false) != s ||
				isnan(rebuilt_value(w->in, &labels->list[k], w->point)))
				continue;
			key = span_cut(&value, ':');
			if (value.at)
				pd_stores_add_label(
					&w->r->stores, s, (struct pd_label){key, value});
		}
	}
}

/* From PD 8.5.5 on each store's state is a series of its own. */
static bool
states_by_store(struct rebuilt_work *w)
{
	static const struct {
		const char *type, *state;
	} types[] = {
		{"store_up_count", "Up"},
		{"store_slow_count", "Up"},
		{"store_disconnected_count", "Disconnected"},
		{"store_unhealth_count", "Disconnected"},
		{"store_down_count", "Down"},
		{"store_offline_count", "Offline"},
	};
	const struct prom_matrix *m = &w->in->answers[HISTORY_STORE_STATUS];
	bool any = false;

	for (size_t i = 0; i < m->count; i++) {
		struct pd_store *s = store_of(w, &m->list[i], false);

		if (!(rebuilt_value(w->in, &m->list[i], w->point) > 0))
			continue;
		any = true;
		for (size_t k = 0; s && k < sizeof types / sizeof *types; k++)
			if (span_is(rebuilt_label(w->in, &m->list[i], 1), types[k].type))
				s->state = span_of(types[k].state);
	}
	return any;
}

/* Which stores the leader heard and which it removes. With the counts, that determines states. */
static void
gather_evidence(struct rebuilt_work *w, struct store_evidence *evidence)
{
	const struct prom_matrix *removing = &w->in->answers[HISTORY_STORE_REMOVING];
	const struct prom_matrix *lately = &w->in->answers[HISTORY_STORE_HEARD];
	const struct prom_matrix *before = &w->in->answers[HISTORY_STORE_HEARD_30M];
	struct pd_store *list = w->r->stores.list;
	bool led = rebuilt_only_value(w, HISTORY_PD_LED) == 1 && lately->count > 0 &&
		   w->in->known[HISTORY_STORE_HEARD] && w->in->known[HISTORY_STORE_HEARD_30M];

	for (size_t i = 0; i < w->r->stores.count; i++)
		evidence[i].heard = led ? HEARD_NEVER : HEARD_NOT_KNOWN;
	for (size_t i = 0; i < removing->count; i++) {
		struct pd_store *s = store_of(w, &removing->list[i], true);

		if (s && !isnan(rebuilt_value(w->in, &removing->list[i], w->point)))
			evidence[s - list].removing = true;
	}
	for (size_t i = 0; led && i < before->count; i++) {
		struct pd_store *s = store_of(w, &before->list[i], true);

		if (s && rebuilt_value(w->in, &before->list[i], w->point) > 0)
			evidence[s - list].heard = HEARD_BEFORE;
	}
	for (size_t i = 0; led && i < lately->count; i++) {
		struct pd_store *s = store_of(w, &lately->list[i], true);

		if (s && rebuilt_value(w->in, &lately->list[i], w->point) > 0)
			evidence[s - list].heard = HEARD_LATELY;
	}
}

static void
states_by_counts(struct rebuilt_work *w)
{
	static const char *const types[STORE_STATES][2] = {
		[STORE_UP] = {"store_up_count", "store_slow_count"},
		[STORE_DISCONNECTED] = {"store_disconnected_count", "store_unhealth_count"},
		[STORE_DOWN] = {"store_down_count", NULL},
		[STORE_OFFLINE] = {"store_offline_count", NULL},
	};
	size_t n = w->r->stores.count, counts[STORE_STATES] = {0};
	struct store_evidence *evidence = mem_zero(n, sizeof *evidence);
	int *states = mem_array(n, sizeof *states);

	for (int state = 0; state < STORE_STATES; state++)
		for (int k = 0; k < 2 && types[state][k]; k++) {
			double value = rebuilt_value_of(w, HISTORY_CLUSTER_STATUS, types[state][k]);

			counts[state] += value > 0 && value < 1e6 ? (size_t)value : 0;
		}
	gather_evidence(w, evidence);
	store_state_assign(counts, evidence, n, states);
	for (size_t i = 0; i < n; i++)
		w->r->stores.list[i].state = span_of(store_state_name(states[i]));
	free(evidence);
	free(states);
}

/* Stores that PD buried lately: evidence that they were removed on purpose. */
static void
list_tombstones(struct rebuilt_work *w)
{
	const struct prom_matrix *m = &w->in->answers[HISTORY_STORE_STATUS];

	for (size_t i = 0; i < m->count; i++) {
		struct pd_store s = pd_store_unknown;
		struct span id = rebuilt_label(w->in, &m->list[i], 0);

		if (rebuilt_value(w->in, &m->list[i], w->point) > 0 &&
			span_is(rebuilt_label(w->in, &m->list[i], 1), "store_tombstone_count") &&
			!store_of(w, &m->list[i], false) &&
			number_u64(id.at, id.len, UINT64_MAX, &s.id) == 0) {
			s.state = span_of("Tombstone");
			s.gone = s.engine_unknown = s.destroyed_unknown = true;
			pd_stores_add(&w->r->stores, &s);
		}
	}
	pd_stores_sort(&w->r->stores);
}

void
rebuilt_stores(struct rebuilt_work *w)
{
	if (rebuilt_lost(w, HISTORY_STORE_CAPACITY))
		return;
	list_stores(w);
	if (pd_stores_twice(&w->r->stores)) { /* right after a change of address */
		rebuilt_error(w->r, "its PD leader shows a store with two addresses");
		w->r->stores.count = 0;
		return;
	}
	if (!w->r->stores.count) {
		rebuilt_error(w->r, "its PD leader shows %zu stores", w->r->stores.count);
		return;
	}
	fill_counts(w, HISTORY_STORE_AVAILABLE, offsetof(struct pd_store, available_bytes));
	fill_counts(w, HISTORY_STORE_USED, offsetof(struct pd_store, used_bytes));
	fill_counts(w, HISTORY_STORE_LEADERS, offsetof(struct pd_store, leader_count));
	fill_counts(w, HISTORY_STORE_REGIONS, offsetof(struct pd_store, region_count));
	for (size_t i = 0; i < w->r->stores.count; i++)
		if (w->r->stores.list[i].no_capacity)
			w->r->stores.list[i].available_bytes = w->r->stores.list[i].used_bytes =
				PD_UNKNOWN;
	fill_engines_and_labels(w);
	if (!states_by_store(w))
		states_by_counts(w);
	list_tombstones(w);
	w->r->stores_whole = true;
}

/* The series of this instance that has a value, or NULL. */
static const struct prom_series *
series_of(const struct rebuilt_input *in, enum history_query q, size_t point, uint32_t instance)
{
	const struct prom_matrix *m = &in->answers[q];

	for (size_t i = 0; i < m->count; i++)
		if (m->list[i].labels[0] == instance &&
			prom_series_at(&m->list[i], point) != PROM_VALUE_NONE)
			return &m->list[i];
	return NULL;
}

void
rebuilt_stores_of(struct rebuilt *r, const struct rebuilt_input *in, size_t point, int64_t at_ms,
	const uint32_t *instances)
{
	for (size_t i = 0; i < r->stores.count; i++) {
		struct pd_store *s = &r->stores.list[i];
		const struct prom_series *version, *score, *start;

		if (instances[i] == INTERN_NONE)
			continue;
		version = series_of(in, HISTORY_STORE_VERSION, point, instances[i]);
		score = series_of(in, HISTORY_STORE_SLOW_SCORE, point, instances[i]);
		start = series_of(in, HISTORY_STORE_START, point, instances[i]);
		if (version)
			s->version = rebuilt_label(in, version, 1);
		if (score)
			s->slow_score = rebuilt_count(rebuilt_value(in, score, point));
		if (start)
			s->uptime_ms = at_ms - (int64_t)(rebuilt_value(in, start, point) * 1000);
	}
}
