/* SPDX-License-Identifier: ISC */
#include "scrape/pd_stores.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "scrape/lenient_json.h"

enum {
	STORES_MAX = 1 << 14,
	LABELS_MAX = 1 << 17,
	STORE_TEXT_MAX = 16 << 10,
	FRESH_MS = 20000, /* after that PD itself calls a store Disconnected */
};

#define NODE_STATE_UNKNOWN INT64_MIN

const struct pd_store pd_store_unknown = {
	.capacity_bytes = PD_UNKNOWN,
	.available_bytes = PD_UNKNOWN,
	.used_bytes = PD_UNKNOWN,
	.leader_count = PD_UNKNOWN,
	.region_count = PD_UNKNOWN,
	.slow_score = PD_UNKNOWN,
	.leader_weight = NAN,
	.region_weight = NAN,
	.leader_score = NAN,
	.region_score = NAN,
	.node_state = NODE_STATE_UNKNOWN,
	.uptime_ms = -1,
};

/* The answer while it is read, and the store in it that is being read. */
struct store_reading {
	struct pd_stores stores;
	struct pd_store store;
	struct pd_label label;
	enum lenient_bool destroyed;
	bool listed;
};

#define AT(member) offsetof(struct store_reading, member)

static const struct lenient_field label_fields[] = {
	{"key", LENIENT_TEXT, .offset = AT(label.key)},
	{"value", LENIENT_TEXT, .offset = AT(label.value)},
	{0},
};

static bool
names_tiflash(const struct pd_label *label)
{
	return span_is(label->key, "engine") &&
	       (span_is(label->value, "tiflash") || span_is(label->value, "tiflash_compute"));
}

static int
read_label(struct lenient_json *s, void *target, enum json_token token, const struct json_text *t)
{
	struct store_reading *r = target;
	struct pd_stores *all = &r->stores;

	(void)t;
	if (token != JSON_OBJECT)
		return json_read_finish(s->json, token);
	r->label = (struct pd_label){.value = span_of("")};
	if (lenient_json_members(s, label_fields, r))
		return -1;
	if (!r->label.key.at)
		return 0;
	if (all->label_count == LABELS_MAX)
		return lenient_json_reject(s, "more than %d labels", LABELS_MAX);
	pd_stores_add_label(all, &r->store, r->label);
	r->store.tiflash |= names_tiflash(&r->label);
	return 0;
}

static const struct lenient_field meta_fields[] = {
	{"id", LENIENT_U64, .offset = AT(store.id)},
	{"address", LENIENT_TEXT, .offset = AT(store.address)},
	{"status_address", LENIENT_TEXT, .offset = AT(store.status_address)},
	{"state_name", LENIENT_TEXT, .offset = AT(store.state)},
	{"version", LENIENT_TEXT, .offset = AT(store.version)},
	{"last_heartbeat", LENIENT_I64, .offset = AT(store.last_heartbeat_ns)},
	{"node_state", LENIENT_I64, .offset = AT(store.node_state)},
	{"physically_destroyed", LENIENT_BOOL, .offset = AT(destroyed)},
	{"labels", LENIENT_ITEMS, .item = read_label},
	{0},
};

static const struct lenient_field status_fields[] = {
	{"capacity", LENIENT_BYTES, .offset = AT(store.capacity_bytes)},
	{"available", LENIENT_BYTES, .offset = AT(store.available_bytes)},
	{"used_size", LENIENT_BYTES, .offset = AT(store.used_bytes)},
	{"leader_count", LENIENT_U64, .offset = AT(store.leader_count)},
	{"region_count", LENIENT_U64, .offset = AT(store.region_count)},
	{"slow_score", LENIENT_U64, .offset = AT(store.slow_score)},
	{"leader_weight", LENIENT_DOUBLE, .offset = AT(store.leader_weight)},
	{"region_weight", LENIENT_DOUBLE, .offset = AT(store.region_weight)},
	{"leader_score", LENIENT_DOUBLE, .offset = AT(store.leader_score)},
	{"region_score", LENIENT_DOUBLE, .offset = AT(store.region_score)},
	{"uptime", LENIENT_DURATION, .offset = AT(store.uptime_ms)},
	{0},
};

static const struct lenient_field store_fields[] = {
	{"store", LENIENT_OBJECT, .fields = meta_fields},
	{"status", LENIENT_OBJECT, .fields = status_fields},
	{0},
};

/* Is it a store at all? */
static int
check_store(struct lenient_json *s, const struct store_reading *r)
{
	const struct pd_store *store = &r->store;
	size_t text = store->address.len + store->status_address.len + store->state.len +
		      store->version.len;

	if (!store->id)
		return lenient_json_reject(s, "a store without an id");
	for (size_t i = 0; i < store->label_count; i++) {
		const struct pd_label *label = &r->stores.labels[store->label_first + i];

		text += label->key.len + label->value.len;
	}
	if (text > STORE_TEXT_MAX || store->label_count > STORE_TEXT_MAX / 16)
		return lenient_json_reject(
			s, "the texts of store %" PRIu64 " are longer than 16 KiB", store->id);
	if (r->stores.count == STORES_MAX)
		return lenient_json_reject(s, "more than %d stores", STORES_MAX);
	return 0;
}

/* Derives what the fields mean together. */
static void
judge(struct store_reading *r)
{
	struct pd_store *store = &r->store;

	if (!store->state.len)
		store->state = (struct span){0};
	store->destroyed = r->destroyed == LENIENT_TRUE;
	store->gone = store->destroyed || span_is(store->state, "Tombstone");
	store->no_capacity = store->capacity_bytes == 0;
	if (store->no_capacity)
		store->capacity_bytes = store->available_bytes = store->used_bytes = PD_UNKNOWN;
	if (store->last_heartbeat_ns < 0)
		store->last_heartbeat_ns = 0;
}

static int
read_store(struct lenient_json *s, void *target, enum json_token token, const struct json_text *t)
{
	struct store_reading *r = target;

	(void)t;
	if (token != JSON_OBJECT)
		return lenient_json_reject(s, "stores: an object is expected");
	r->store = pd_store_unknown;
	r->destroyed = LENIENT_UNKNOWN;
	if (lenient_json_members(s, store_fields, r) || check_store(s, r))
		return -1;
	judge(r);
	pd_stores_add(&r->stores, &r->store);
	return 0;
}

static int
read_list(struct lenient_json *s, void *target, enum json_token token, const struct json_text *t)
{
	struct store_reading *r = target;

	(void)t;
	if (token != JSON_ARRAY)
		return lenient_json_reject(s, "stores: an array is expected");
	r->listed = true;
	return lenient_json_items(s, read_store, r);
}

static const struct lenient_field fields[] = {
	{"count", LENIENT_U64, .offset = AT(stores.told_count)},
	{"stores", LENIENT_VALUE, .item = read_list},
	{0},
};

/*
 * PD 6.0 and later write node_state, but leave 0, Preparing, out. So a store
 * without one is Preparing only if another store proves that this PD knows it.
 */
static void
infer_node_states(struct pd_stores *s)
{
	bool written = false;

	for (size_t i = 0; i < s->count; i++)
		written |= s->list[i].node_state > 0;
	for (size_t i = 0; written && i < s->count; i++)
		if (s->list[i].node_state == NODE_STATE_UNKNOWN)
			s->list[i].node_state = 0;
}

static int
check_list(struct lenient_json *s, struct store_reading *r)
{
	const struct pd_store *twice;

	if (!r->listed)
		return lenient_json_reject(s, "no list of stores in it");
	pd_stores_sort(&r->stores);
	twice = pd_stores_twice(&r->stores);
	if (twice)
		return lenient_json_reject(s, "store %" PRIu64 " is listed twice", twice->id);
	infer_node_states(&r->stores);
	return 0;
}

int
pd_stores_read(struct pd_stores *s, struct lenient_json *body, struct fault *f)
{
	struct store_reading r = {.stores.told_count = PD_UNKNOWN};

	if (lenient_json_object(body, fields, &r) || check_list(body, &r)) {
		pd_stores_free(&r.stores);
		return lenient_json_fault(body, f);
	}
	*s = r.stores;
	return 0;
}

void
pd_stores_free(struct pd_stores *s)
{
	free(s->list);
	free(s->labels);
	*s = (struct pd_stores){0};
}

void
pd_stores_add(struct pd_stores *s, const struct pd_store *store)
{
	s->list = mem_grow(s->list, s->count, &s->cap, sizeof *s->list);
	s->list[s->count++] = *store;
}

void
pd_stores_add_label(struct pd_stores *s, struct pd_store *store, struct pd_label label)
{
	if (!store->label_count)
		store->label_first = s->label_count;
	store->label_count++;
	s->labels = mem_grow(s->labels, s->label_count, &s->label_cap, sizeof *s->labels);
	s->labels[s->label_count++] = label;
}

static int
by_id(const void *a, const void *b)
{
	uint64_t x = ((const struct pd_store *)a)->id, y = ((const struct pd_store *)b)->id;

	return (x > y) - (x < y);
}

void
pd_stores_sort(struct pd_stores *s)
{
	if (s->count)
		qsort(s->list, s->count, sizeof *s->list, by_id);
}

const struct pd_store *
pd_stores_twice(const struct pd_stores *s)
{
	for (size_t i = 1; i < s->count; i++)
		if (s->list[i].id == s->list[i - 1].id)
			return &s->list[i];
	return NULL;
}

struct pd_store *
pd_stores_find(const struct pd_stores *s, uint64_t id)
{
	struct pd_store key = {.id = id};

	return s->count ? bsearch(&key, s->list, s->count, sizeof key, by_id) : NULL;
}

int64_t
pd_store_silence_ms(const struct pd_store *s, int64_t date_ms)
{
	int64_t ms;

	if (!s->last_heartbeat_ns || date_ms < 0)
		return -1;
	ms = date_ms - s->last_heartbeat_ns / 1000000;
	return ms > 0 ? ms : 0; /* Date has whole seconds, rounded down */
}

bool
pd_store_stale(const struct pd_store *s, int64_t date_ms)
{
	int64_t silence_ms = pd_store_silence_ms(s, date_ms);

	return s->no_capacity && !(silence_ms >= 0 && silence_ms <= FRESH_MS);
}
