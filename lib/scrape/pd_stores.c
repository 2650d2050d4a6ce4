/* SPDX-License-Identifier: ISC */
#include "scrape/pd_stores.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/mem.h"
#include "scrape/lenient_json.h"

enum { STORES_MAX = 1 << 14, LABELS_MAX = 1 << 17, STORE_TEXT_MAX = 16 << 10 };

static int
read_label(struct pd_stores *s, struct lenient_json *body)
{
	struct pd_label label = {0};
	struct json_text key;
	int more = 0;

	while (more == 0 && (more = json_read_member(body->json, &key)) > 0) {
		if (json_text_is(&key, "key"))
			more = lenient_json_text(body, &label.key);
		else if (json_text_is(&key, "value"))
			more = lenient_json_text(body, &label.value);
		else
			more = json_read_skip(body->json);
	}
	if (more < 0 || !label.key.at || s->label_count == LABELS_MAX)
		return more; /* that many are refused in the end */
	if ((s->label_count & (s->label_count - 1)) == 0)
		s->labels = mem_resize(
			s->labels, s->label_count ? s->label_count * 2 : 1, sizeof label);
	if (!label.value.at)
		label.value = span_of("");
	s->labels[s->label_count++] = label;
	return 0;
}

static int
read_labels(struct pd_stores *s, struct pd_store *store, struct lenient_json *body)
{
	int entered = lenient_json_enter(body, JSON_ARRAY);
	enum json_token token;
	struct json_text t;
	int more;

	store->label_first = s->label_count;
	if (entered <= 0)
		return entered;
	while ((more = lenient_json_item(body, &token, &t)) > 0)
		if (token == JSON_OBJECT ? read_label(s, body)
					 : json_read_finish(body->json, token))
			return -1;
	store->label_count = s->label_count - store->label_first;
	for (size_t i = store->label_first; i < s->label_count; i++)
		if (span_is(s->labels[i].key, "engine") &&
			(span_is(s->labels[i].value, "tiflash") ||
				span_is(s->labels[i].value, "tiflash_compute")))
			store->tiflash = true;
	return more;
}

static int
read_meta(struct pd_stores *s, struct pd_store *store, struct lenient_json *body)
{
	int more = lenient_json_enter(body, JSON_OBJECT);
	struct json_text key;

	if (more <= 0)
		return more;
	more = 0;
	while (more == 0 && (more = json_read_member(body->json, &key)) > 0) {
		if (json_text_is(&key, "id"))
			more = lenient_json_u64(body, &store->id);
		else if (json_text_is(&key, "address"))
			more = lenient_json_text(body, &store->address);
		else if (json_text_is(&key, "status_address"))
			more = lenient_json_text(body, &store->status_address);
		else if (json_text_is(&key, "state_name"))
			more = lenient_json_text(body, &store->state);
		else if (json_text_is(&key, "version"))
			more = lenient_json_text(body, &store->version);
		else if (json_text_is(&key, "last_heartbeat"))
			more = lenient_json_i64(body, &store->last_heartbeat_ns);
		else if (json_text_is(&key, "labels"))
			more = read_labels(s, store, body);
		else
			more = json_read_skip(body->json);
	}
	return more;
}

static int
read_status(struct pd_store *store, struct lenient_json *body)
{
	int more = lenient_json_enter(body, JSON_OBJECT);
	struct json_text key;

	if (more <= 0)
		return more;
	more = 0;
	while (more == 0 && (more = json_read_member(body->json, &key)) > 0) {
		if (json_text_is(&key, "capacity"))
			more = lenient_json_bytes(body, &store->capacity_bytes);
		else if (json_text_is(&key, "available"))
			more = lenient_json_bytes(body, &store->available_bytes);
		else if (json_text_is(&key, "used_size"))
			more = lenient_json_bytes(body, &store->used_bytes);
		else if (json_text_is(&key, "leader_count"))
			more = lenient_json_u64(body, &store->leader_count);
		else if (json_text_is(&key, "region_count"))
			more = lenient_json_u64(body, &store->region_count);
		else if (json_text_is(&key, "slow_score"))
			more = lenient_json_u64(body, &store->slow_score);
		else if (json_text_is(&key, "uptime"))
			more = lenient_json_go_duration(body, &store->uptime_ms);
		else
			more = json_read_skip(body->json);
	}
	return more;
}

/* What the fields say together. -1 where they are no store. */
static int
judge(const struct pd_stores *s, struct pd_store *store, struct fault *f)
{
	size_t text = store->address.len + store->status_address.len + store->state.len +
		      store->version.len;

	if (!store->id)
		return fault_set(f, STATUS_UNAVAILABLE, "a store without an id");
	for (size_t i = 0; i < store->label_count; i++)
		text += s->labels[store->label_first + i].key.len +
			s->labels[store->label_first + i].value.len;
	if (text > STORE_TEXT_MAX || store->label_count > STORE_TEXT_MAX / 16)
		return fault_set(f, STATUS_UNAVAILABLE,
			"the texts of store %" PRIu64 " are longer than 16 KiB", store->id);
	if (!store->state.len)
		store->state = (struct span){0};
	store->tombstone = span_is(store->state, "Tombstone");
	if (store->capacity_bytes == 0) {
		store->stale = !store->tombstone;
		store->capacity_bytes = store->available_bytes = store->used_bytes = PD_UNKNOWN;
	}
	if (store->last_heartbeat_ns < 0)
		store->last_heartbeat_ns = 0;
	return 0;
}

static int
read_store(struct pd_stores *s, struct lenient_json *body, struct fault *f)
{
	struct pd_store store = {.capacity_bytes = PD_UNKNOWN,
		.available_bytes = PD_UNKNOWN,
		.used_bytes = PD_UNKNOWN,
		.leader_count = PD_UNKNOWN,
		.region_count = PD_UNKNOWN,
		.slow_score = PD_UNKNOWN,
		.uptime_ms = -1};
	struct json_text key;
	int more = 0;

	while (more == 0 && (more = json_read_member(body->json, &key)) > 0) {
		if (json_text_is(&key, "store"))
			more = read_meta(s, &store, body);
		else if (json_text_is(&key, "status"))
			more = read_status(&store, body);
		else
			more = json_read_skip(body->json);
	}
	if (more < 0)
		return fault_set(f, STATUS_UNAVAILABLE, "%s", json_read_error(body->json));
	if (judge(s, &store, f))
		return -1;
	if (s->count == STORES_MAX || s->label_count == LABELS_MAX)
		return fault_set(f, STATUS_UNAVAILABLE, "more than %d stores or %d labels",
			STORES_MAX, LABELS_MAX);
	if ((s->count & (s->count - 1)) == 0)
		s->list = mem_resize(s->list, s->count ? s->count * 2 : 1, sizeof store);
	s->list[s->count++] = store;
	return 0;
}

/* Behind "stores": all of them. */
static int
read_list(struct pd_stores *s, struct lenient_json *body, struct fault *f)
{
	enum json_token token;
	struct json_text t;
	int more;

	if (json_read_enter(body->json, JSON_ARRAY))
		return fault_set(f, STATUS_UNAVAILABLE, "stores: %s", json_read_error(body->json));
	while ((more = lenient_json_item(body, &token, &t)) > 0) {
		if (token != JSON_OBJECT)
			return fault_set(f, STATUS_UNAVAILABLE, "stores: an object is expected");
		if (read_store(s, body, f))
			return -1;
	}
	return more < 0 ? fault_set(f, STATUS_UNAVAILABLE, "%s", json_read_error(body->json)) : 0;
}

static int
by_id(const void *a, const void *b)
{
	uint64_t x = ((const struct pd_store *)a)->id, y = ((const struct pd_store *)b)->id;

	return (x > y) - (x < y);
}

static int
check_list(struct pd_stores *s, struct fault *f)
{
	if (s->count)
		qsort(s->list, s->count, sizeof *s->list, by_id);
	for (size_t i = 1; i < s->count; i++)
		if (s->list[i].id == s->list[i - 1].id)
			return fault_set(f, STATUS_UNAVAILABLE, "store %" PRIu64 " is listed twice",
				s->list[i].id);
	return 0;
}

int
pd_stores_read(struct pd_stores *s, struct lenient_json *body, struct fault *f)
{
	struct pd_stores got = {0};
	bool listed = false;
	struct json_text key;
	int more = lenient_json_open(body, JSON_OBJECT);

	f->text[0] = '\0';
	while (more == 0 && (more = json_read_member(body->json, &key)) > 0) {
		if (json_text_is(&key, "stores")) {
			listed = true;
			more = read_list(&got, body, f);
		} else {
			more = json_read_skip(body->json);
		}
	}
	if (more == 0)
		more = json_read_end(body->json);
	if (more < 0 && !f->text[0])
		(void)fault_set(f, STATUS_UNAVAILABLE, "%s", json_read_error(body->json));
	if (more == 0 && !listed)
		more = fault_set(f, STATUS_UNAVAILABLE, "no list of stores in it");
	if (more < 0 || check_list(&got, f)) {
		pd_stores_free(&got);
		return -1;
	}
	*s = got;
	return 0;
}

void
pd_stores_free(struct pd_stores *s)
{
	free(s->list);
	free(s->labels);
	*s = (struct pd_stores){0};
}
