/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/mem.h"
#include "base/text.h"
#include "scrape/pd.h"
#include "scrape/prom_matrix.h"
#include "scrape/rebuilt.h"
#include "scrape/rebuilt_part.h"

/* PD's member_id as etcd exports it, in hexadecimal. */
static bool
read_hex(struct span text, uint64_t *id)
{
	uint64_t value = 0;

	if (!text.len || text.len > 16)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
						   : -1;

		if (digit < 0)
			return false;
		value = value << 4 | (uint64_t)digit;
	}
	*id = value;
	return value != 0;
}

static int
by_id(const void *a, const void *b)
{
	const struct pd_member *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static void
add_member(struct pd_members *all, const struct pd_member *m)
{
	all->list = mem_grow(all->list, all->count, &all->cap, sizeof *all->list);
	all->list[all->count++] = *m;
}

static void
add_url(struct pd_members *all, struct pd_member *m, struct span url)
{
	if (!m->url_count)
		m->url_first = all->url_count;
	all->urls = mem_grow(all->urls, all->url_count, &all->url_cap, sizeof *all->urls);
	all->urls[all->url_count++] = url;
	m->url_count++;
}

static const struct pd_member *
today_member(const struct pd *today, struct span name)
{
	for (size_t i = 0; i < today->members.count; i++)
		if (span_equal(today->members.list[i].name, name))
			return &today->members.list[i];
	return NULL;
}

/*
 * Uses PD's names of today: a member for each name that the leader's health
 * check knows, dead ones included. A name whose id is not known makes the kind
 * incomplete; otherwise that member would seem to be removed.
 */
static void
members_by_name(struct rebuilt *r, const struct rebuilt_input *in, size_t point)
{
	const struct prom_matrix *m = &in->answers[HISTORY_MEMBER_HEALTH];
	bool whole = true;

	for (size_t i = 0; i < m->count; i++) {
		double health = rebuilt_value(in, &m->list[i], point);
		struct span name = rebuilt_label(in, &m->list[i], 0);
		const struct pd_member *now = today_member(in->today, name);
		struct pd_member member = {.name = name,
			.rebuilt = true,
			.health = health > 0 ? LENIENT_TRUE : LENIENT_FALSE};

		if (isnan(health))
			continue;
		whole &= now != NULL;
		if (!now)
			continue;
		member.id = now->id;
		for (size_t k = 0; k < now->url_count; k++)
			add_url(&r->members, &member, in->today->members.urls[now->url_first + k]);
		add_member(&r->members, &member);
	}
	r->members_whole = whole && r->members.count > 0;
}

/* Without names of today: a member for each instance, complete if there are as many as names. */
static void
members_by_instance(struct rebuilt *r, const struct rebuilt_input *in, size_t point)
{
	const struct prom_matrix *health = &in->answers[HISTORY_MEMBER_HEALTH];
	const struct prom_matrix *ids = &in->answers[HISTORY_MEMBER_ID];
	size_t names = 0;

	for (size_t i = 0; i < health->count; i++)
		names += !isnan(rebuilt_value(in, &health->list[i], point));
	for (size_t i = 0; i < ids->count; i++) {
		struct span instance = rebuilt_label(in, &ids->list[i], 0);
		struct pd_member member = {.rebuilt = true, .health = LENIENT_UNKNOWN};
		size_t len = instance.len + sizeof "http://";
		char *url;

		if (isnan(rebuilt_value(in, &ids->list[i], point)) || !instance.len ||
			!read_hex(rebuilt_label(in, &ids->list[i], 1), &member.id))
			continue;
		url = arena_alloc(&r->texts, len);
		text_format(url, len, "http://%.*s", (int)instance.len, instance.at);
		add_url(&r->members, &member, span_of(url));
		add_member(&r->members, &member);
	}
	r->members_whole = names > 0 && r->members.count == names;
}

void
rebuilt_members(struct rebuilt_work *w)
{
	struct rebuilt *r = w->r;

	if (rebuilt_lost(w, HISTORY_MEMBER_HEALTH) ||
		(!w->in->today && rebuilt_lost(w, HISTORY_MEMBER_ID)))
		return;
	if (w->in->today)
		members_by_name(r, w->in, w->point);
	else
		members_by_instance(r, w->in, w->point);
	if (r->members.count)
		qsort(r->members.list, r->members.count, sizeof *r->members.list, by_id);
	for (size_t i = 1; i < r->members.count; i++)
		r->members_whole &= r->members.list[i].id != r->members.list[i - 1].id;
	if (r->members_whole)
		return;
	r->members.count = 0;
	rebuilt_error(r, "its history does not name every PD member");
}

void
rebuilt_members_of(
	struct rebuilt *r, const struct rebuilt_input *in, size_t point, const uint32_t *instances)
{
	const struct prom_matrix *versions = &in->answers[HISTORY_MEMBER_VERSION];
	bool found = false; /* one of them is the leader's instance */

	for (size_t i = 0; i < r->members.count; i++)
		found |= instances[i] != INTERN_NONE && instances[i] == r->leader;
	for (size_t i = 0; i < r->members.count; i++) {
		struct pd_member *m = &r->members.list[i];

		if (found || instances[i] != INTERN_NONE)
			m->leader = instances[i] == r->leader ? LENIENT_TRUE : LENIENT_FALSE;
		if (instances[i] == INTERN_NONE)
			continue;
		for (size_t k = 0; k < versions->count; k++)
			if (versions->list[k].labels[0] == instances[i] &&
				!isnan(rebuilt_value(in, &versions->list[k], point)))
				m->version = rebuilt_label(in, &versions->list[k], 1);
	}
}
