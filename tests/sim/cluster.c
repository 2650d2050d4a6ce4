/* SPDX-License-Identifier: ISC */
#include "cluster.h"
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/timestamp.h"
#include "series.h"

enum { REGIONS_PER_STORE = 30, REPLICAS = 3 };

const char *const region_check_names[REGION_CHECKS] = {"down-peer", "empty-region", "extra-peer",
	"learner-peer", "miss-peer", "offline-peer", "oversized-region", "pending-peer",
	"undersized-region"};

static const double GIB = 1073741824.0;

static void
store_init(struct store *s, const struct cluster *c, uint64_t id, bool tiflash)
{
	unsigned n = (unsigned)id - 1;

	*s = (struct store){.id = id, .tiflash = tiflash, .start_ms = c->start_ms};
	(void)snprintf(s->host, sizeof s->host, "127.0.%u.%u", 1 + n / 250, 1 + n % 250);
	(void)snprintf(s->address, sizeof s->address, "%s", s->host);
	if (c->operated) {
		(void)snprintf(s->pod, sizeof s->pod, "%.20s-%s-%u", c->name,
			tiflash ? "tiflash" : "tikv", n);
		(void)snprintf(s->address, sizeof s->address, "%s.%.20s-tikv-peer.ns.svc", s->pod,
			c->name);
	}
	s->beat_ms = s->persisted_ms = c->start_ms;
	s->next_beat_ms = c->start_ms + c->heartbeat_ms * (int64_t)(1 + id % 8) / 8;
	s->now = (struct report){.capacity = 500 * GIB,
		.available = (460 - 7.07 * (double)(id % 12)) * GIB,
		.used = (13.33 + 2.33 * (double)(id % 12)) * GIB,
		.slow_score = 1};
	s->reported = s->now;
	s->regions = REGIONS_PER_STORE;
	s->series = series_new(tikv_families, c->start_ms);
}

static void
member_init(struct member *m, const struct cluster *c, int number)
{
	/* ids of a real cluster: all above 2^53, two above 2^63 */
	static const uint64_t ids[] = {
		1073040932951649287U, 14318340322766640597U, 9424532161680672769U};

	*m = (struct member){.id = number < 3 ? ids[number] : ids[0] + (uint64_t)number,
		.start_ms = c->start_ms - 20000,
		.health = true};
	(void)snprintf(m->name, sizeof m->name, "pd%d", number + 1);
	m->series = series_new(pd_families, c->start_ms);
}

void
cluster_init(struct cluster *c, size_t tikv, size_t tiflash, int members)
{
	c->now_ms = c->start_ms = clock_wall_ms() + c->skew_ms;
	c->store_count = tikv + tiflash;
	c->stores = mem_zero(c->store_count + REPLACED_MAX, sizeof *c->stores);
	for (size_t i = 0; i < c->store_count; i++)
		store_init(&c->stores[i], c, i + 1, i >= tikv);
	c->member_count = members;
	for (int i = 0; i < members; i++)
		member_init(&c->members[i], c, i);
	c->leader = members > 1 ? 1 : 0;
	c->bootstrapped = true;
	c->voters = REPLICAS;
	cluster_advance(c);
}

void
cluster_free(struct cluster *c)
{
	for (size_t i = 0; i < c->store_count; i++)
		series_free(c->stores[i].series);
	for (int i = 0; i < c->member_count; i++)
		series_free(c->members[i].series);
	free(c->stores);
}

static bool
store_beats(const struct cluster *c, const struct store *s)
{
	return s->process == PROCESS_RUNNING && !s->cut_off && !s->removed &&
	       s->meta != META_TOMBSTONE && c->leader >= 0 &&
	       c->members[c->leader].process == PROCESS_RUNNING;
}

static void
store_beat(const struct cluster *c, struct store *s, int64_t at_ms)
{
	s->beat_ms = at_ms;
	s->reported = s->now;
	s->stale = false;
	s->beats[c->leader]++;
	if (at_ms - s->persisted_ms >= c->persist_ms)
		s->persisted_ms = at_ms;
}

static void
store_advance(const struct cluster *c, struct store *s, int64_t passed_ms)
{
	if (s->process != PROCESS_RUNNING) {
		s->unreachable_s += (double)passed_ms / 1000;
		s->silent_ms += passed_ms;
	}
	if (s->next_beat_ms > c->now_ms)
		return;
	s->next_beat_ms += (c->now_ms - s->next_beat_ms) / c->heartbeat_ms * c->heartbeat_ms;
	if (store_beats(c, s))
		store_beat(c, s, s->next_beat_ms);
	s->next_beat_ms += c->heartbeat_ms;
}

/* Spreads the leaders evenly over the stores that can have any. */
static void
spread_leaders(struct cluster *c)
{
	unsigned hosts = 0, all = 0, given = 0;

	for (size_t i = 0; i < c->store_count; i++) {
		struct store *s = &c->stores[i];

		s->leaders = 0;
		if (s->tiflash || s->removed)
			continue;
		all += s->regions / REPLICAS;
		hosts += s->process == PROCESS_RUNNING && s->meta == META_UP;
	}
	for (size_t i = 0, n = 0; hosts && i < c->store_count; i++) {
		struct store *s = &c->stores[i];

		if (s->tiflash || s->removed || s->process != PROCESS_RUNNING || s->meta != META_UP)
			continue;
		n++;
		s->leaders = (unsigned)((uint64_t)all * n / hosts) - given;
		given += s->leaders;
	}
}

static void
elect(struct cluster *c)
{
	if (c->election_at_ms == 0 || c->now_ms < c->election_at_ms || !cluster_has_quorum(c))
		return;
	if (c->leader >= 0 && c->members[c->leader].process == PROCESS_RUNNING)
		return;
	for (int i = 0; i < c->member_count; i++) {
		if (c->members[i].process == PROCESS_RUNNING) {
			cluster_set_leader(c, i);
			return;
		}
	}
}

void
cluster_advance(struct cluster *c)
{
	int64_t before = c->now_ms;

	c->now_ms = clock_wall_ms() + c->skew_ms;
	elect(c);
	for (size_t i = 0; i < c->store_count; i++)
		store_advance(c, &c->stores[i], c->now_ms > before ? c->now_ms - before : 0);
	spread_leaders(c);
}

void
cluster_set_skew(struct cluster *c, int64_t skew_ms)
{
	int64_t step_ms = skew_ms - c->skew_ms;

	c->skew_ms = skew_ms;
	c->now_ms += step_ms;
	if (c->election_at_ms)
		c->election_at_ms += step_ms;
	for (size_t i = 0; i < c->store_count; i++) {
		c->stores[i].next_beat_ms += step_ms;
		series_shift(c->stores[i].series, step_ms);
	}
	for (int i = 0; i < c->member_count; i++)
		series_shift(c->members[i].series, step_ms);
}

unsigned
cluster_regions(const struct cluster *c, enum region_check check)
{
	unsigned count = c->region_checks[check];

	for (size_t i = 0; check == REGION_DOWN_PEER && i < c->store_count; i++)
		if (!c->stores[i].removed && c->stores[i].meta != META_TOMBSTONE &&
			c->stores[i].silent_ms > c->down_peer_ms)
			count += c->stores[i].regions;
	return count;
}

void
cluster_beat(struct cluster *c)
{
	for (size_t i = 0; i < c->store_count; i++) {
		if (!store_beats(c, &c->stores[i]))
			continue;
		store_beat(c, &c->stores[i], c->now_ms);
		c->stores[i].next_beat_ms = c->now_ms + c->heartbeat_ms;
	}
}

const char *
store_state(const struct cluster *c, const struct store *s)
{
	int64_t age = c->now_ms - s->beat_ms;

	if (s->meta == META_TOMBSTONE)
		return "Tombstone";
	if (s->meta == META_OFFLINE)
		return "Offline";
	if (age > c->down_ms)
		return "Down";
	return age > c->disconnected_ms ? "Disconnected" : "Up";
}

struct store *
cluster_store(struct cluster *c, uint64_t id)
{
	for (size_t i = 0; i < c->store_count; i++) {
		if (c->stores[i].id == id && !c->stores[i].removed)
			return &c->stores[i];
	}
	return NULL;
}

void
store_catch_up(const struct cluster *c, struct store *s)
{
	series_advance(s->series, c->now_ms, s->process == PROCESS_RUNNING);
}

void
member_catch_up(const struct cluster *c, struct member *m)
{
	series_advance(m->series, c->now_ms, m->process == PROCESS_RUNNING);
}

void
store_stop(struct cluster *c, struct store *s, enum process process)
{
	store_catch_up(c, s);
	s->process = process;
	spread_leaders(c);
}

void
store_start(struct cluster *c, struct store *s)
{
	store_catch_up(c, s);
	if (s->process == PROCESS_DEAD) {
		s->start_ms = c->now_ms;
		series_restart(s->series, c->now_ms);
	}
	s->process = PROCESS_RUNNING;
	s->unreachable_s = 0;
	s->silent_ms = 0;
	if (store_beats(c, s))
		store_beat(c, s, c->now_ms);
	s->next_beat_ms = c->now_ms + c->heartbeat_ms;
	spread_leaders(c);
}

int
store_replace(struct cluster *c, struct store *s)
{
	struct store *old = &c->stores[c->store_count];

	if (c->replaced == REPLACED_MAX)
		return -1;
	store_stop(c, s, PROCESS_DEAD);
	*old = *s; /* PD keeps the old store, but its address serves the new one */
	old->series = series_new(tikv_families, c->now_ms);
	old->meta = META_OFFLINE;
	old->destroyed = true;
	c->replaced++;
	c->store_count++;
	s->id = REPLACED_ID + c->replaced;
	s->meta = META_UP;
	s->destroyed = false;
	store_start(c, s);
	return 0;
}

void
store_set_used(struct store *s, double part)
{
	s->now.available = s->now.capacity * (1 - part);
	s->now.used = s->now.capacity * part * 0.9;
}

bool
cluster_has_quorum(const struct cluster *c)
{
	int running = 0;

	for (int i = 0; i < c->member_count; i++)
		running += c->members[i].process == PROCESS_RUNNING;
	return !c->quorum_lost && running * 2 > c->member_count;
}

/* A member's process has changed: is there still a leader, or when is one elected? */
static void
members_changed(struct cluster *c)
{
	bool working = c->leader >= 0 && c->members[c->leader].process == PROCESS_RUNNING;

	if (working && cluster_has_quorum(c))
		return;
	if (c->leader >= 0 && c->members[c->leader].process == PROCESS_FROZEN) {
		c->election_at_ms = c->now_ms + 2 * c->election_ms;
		return;
	}
	c->leader = -1;
	c->election_at_ms = c->now_ms + (cluster_has_quorum(c) ? 1 : 5) * c->election_ms;
}

void
member_stop(struct cluster *c, int member, enum process process)
{
	member_catch_up(c, &c->members[member]);
	c->members[member].process = process;
	members_changed(c);
}

void
member_start(struct cluster *c, int member)
{
	struct member *m = &c->members[member];

	member_catch_up(c, m);
	if (m->process == PROCESS_DEAD) {
		m->start_ms = c->now_ms;
		series_restart(m->series, c->now_ms);
		for (size_t i = 0; i < c->store_count; i++)
			c->stores[i].beats[member] = 0;
	}
	m->process = PROCESS_RUNNING;
	members_changed(c);
}

void
cluster_set_leader(struct cluster *c, int member)
{
	c->leader = member;
	c->election_at_ms = member < 0 ? c->now_ms : 0;
	for (size_t i = 0; member >= 0 && i < c->store_count; i++) {
		c->stores[i].stale = true;
		c->stores[i].beat_ms = c->stores[i].persisted_ms;
	}
}
