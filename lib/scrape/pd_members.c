/* SPDX-License-Identifier: ISC */
#include "scrape/pd_members.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/mem.h"
#include "scrape/lenient_json.h"

enum { MEMBERS_MAX = 1024, URLS_MAX = 1 << 14, MEMBER_TEXT_MAX = 16 << 10 };

static int
read_urls(struct pd_members *m, struct pd_member *member, struct lenient_json *body)
{
	int more = lenient_json_enter(body, JSON_ARRAY);
	enum json_token token;
	struct json_text t;

	member->url_first = m->url_count;
	if (more <= 0)
		return more;
	while ((more = lenient_json_item(body, &token, &t)) > 0) {
		if (token != JSON_STRING || m->url_count == URLS_MAX) {
			if (json_read_finish(body->json, token))
				return -1;
			continue;
		}
		if ((m->url_count & (m->url_count - 1)) == 0)
			m->urls = mem_resize(
				m->urls, m->url_count ? m->url_count * 2 : 1, sizeof *m->urls);
		m->urls[m->url_count++] = lenient_json_decode(body, &t);
		member->url_count++;
	}
	return more;
}

/* Behind the brace of a member. */
static int
read_member(struct pd_members *m, struct pd_member *member, struct lenient_json *body)
{
	struct json_text key;
	int more = 0;

	while (more == 0 && (more = json_read_member(body->json, &key)) > 0) {
		if (json_text_is(&key, "member_id"))
			more = lenient_json_u64(body, &member->id);
		else if (json_text_is(&key, "name"))
			more = lenient_json_text(body, &member->name);
		else if (json_text_is(&key, "binary_version"))
			more = lenient_json_text(body, &member->version);
		else if (json_text_is(&key, "client_urls"))
			more = read_urls(m, member, body);
		else
			more = json_read_skip(body->json);
	}
	return more;
}

/* The id of the member behind "leader", or 0. */
static int
read_leader(struct pd_members *m, struct lenient_json *body, uint64_t *id)
{
	struct pd_member leader = {0};
	int more = lenient_json_enter(body, JSON_OBJECT);

	if (more > 0)
		more = read_member(m, &leader, body);
	*id = leader.id;
	return more;
}

static int
read_header(struct pd_members *m, struct lenient_json *body)
{
	int more = lenient_json_enter(body, JSON_OBJECT);
	struct json_text key;

	if (more <= 0)
		return more;
	more = 0;
	while (more == 0 && (more = json_read_member(body->json, &key)) > 0) {
		if (json_text_is(&key, "cluster_id"))
			more = lenient_json_u64(body, &m->cluster_id);
		else
			more = json_read_skip(body->json);
	}
	return more;
}

static int
check_member(const struct pd_members *m, const struct pd_member *member, struct fault *f)
{
	size_t text = member->name.len + member->version.len;

	if (!member->id)
		return fault_set(f, STATUS_UNAVAILABLE, "a member without an id");
	for (size_t i = 0; i < member->url_count; i++)
		text += m->urls[member->url_first + i].len;
	if (text > MEMBER_TEXT_MAX || member->url_count > MEMBER_TEXT_MAX / 16)
		return fault_set(f, STATUS_UNAVAILABLE,
			"the texts of member %" PRIu64 " are longer than 16 KiB", member->id);
	if (m->count == MEMBERS_MAX || m->url_count == URLS_MAX)
		return fault_set(f, STATUS_UNAVAILABLE, "more than %d members or %d URLs",
			MEMBERS_MAX, URLS_MAX);
	return 0;
}

static int
read_list(struct pd_members *m, struct lenient_json *body, struct fault *f)
{
	enum json_token token;
	struct json_text t;
	int more;

	if (json_read_enter(body->json, JSON_ARRAY))
		return fault_set(f, STATUS_UNAVAILABLE, "members: %s", json_read_error(body->json));
	while ((more = lenient_json_item(body, &token, &t)) > 0) {
		struct pd_member member = {0};

		if (token != JSON_OBJECT)
			return fault_set(f, STATUS_UNAVAILABLE, "members: an object is expected");
		if (read_member(m, &member, body) || check_member(m, &member, f))
			return -1;
		if (!member.name.len)
			member.name = (struct span){0};
		if ((m->count & (m->count - 1)) == 0)
			m->list = mem_resize(m->list, m->count ? m->count * 2 : 1, sizeof member);
		m->list[m->count++] = member;
	}
	return more;
}

static int
by_id(const void *a, const void *b)
{
	uint64_t x = ((const struct pd_member *)a)->id, y = ((const struct pd_member *)b)->id;

	return (x > y) - (x < y);
}

static int
check_list(struct pd_members *m, uint64_t leader, uint64_t etcd_leader, struct fault *f)
{
	if (!m->count)
		return fault_set(f, STATUS_UNAVAILABLE, "no member in it");
	qsort(m->list, m->count, sizeof *m->list, by_id);
	for (size_t i = 0; i < m->count; i++) {
		struct pd_member *member = &m->list[i];

		if (i && member->id == member[-1].id)
			return fault_set(f, STATUS_UNAVAILABLE,
				"member %" PRIu64 " is listed twice", member->id);
		member->leader = member->id == leader;
		member->etcd_leader = member->id == etcd_leader;
	}
	return 0;
}

int
pd_members_read(struct pd_members *m, struct lenient_json *body, struct fault *f)
{
	struct pd_members got = {0};
	uint64_t leader = 0, etcd_leader = 0;
	struct json_text key;
	int more = lenient_json_open(body, JSON_OBJECT);

	f->text[0] = '\0';
	while (more == 0 && (more = json_read_member(body->json, &key)) > 0) {
		if (json_text_is(&key, "header"))
			more = read_header(&got, body);
		else if (json_text_is(&key, "members"))
			more = read_list(&got, body, f);
		else if (json_text_is(&key, "leader"))
			more = read_leader(&got, body, &leader);
		else if (json_text_is(&key, "etcd_leader"))
			more = read_leader(&got, body, &etcd_leader);
		else
			more = json_read_skip(body->json);
	}
	if (more == 0)
		more = json_read_end(body->json);
	if (more < 0 && !f->text[0])
		(void)fault_set(f, STATUS_UNAVAILABLE, "%s", json_read_error(body->json));
	if (more < 0 || check_list(&got, leader, etcd_leader, f)) {
		pd_members_free(&got);
		return -1;
	}
	*m = got;
	return 0;
}

void
pd_members_free(struct pd_members *m)
{
	free(m->list);
	free(m->urls);
	*m = (struct pd_members){0};
}

static int
read_verdict(struct lenient_json *body, bool *known, bool *good)
{
	struct json_text t;
	enum json_token token = json_read_next(body->json, &t);

	*known = token == JSON_TRUE || token == JSON_FALSE;
	*good = token == JSON_TRUE;
	return json_read_finish(body->json, token);
}

static int
read_health(struct pd_health *h, struct lenient_json *body)
{
	bool known = false, good = false;
	uint64_t id = 0;
	struct json_text key;
	int more = 0;

	while (more == 0 && (more = json_read_member(body->json, &key)) > 0) {
		if (json_text_is(&key, "member_id"))
			more = lenient_json_u64(body, &id);
		else if (json_text_is(&key, "health"))
			more = read_verdict(body, &known, &good);
		else
			more = json_read_skip(body->json);
	}
	if (more < 0 || !id || !known || h->count == MEMBERS_MAX)
		return more; /* /members lists no more either */
	if ((h->count & (h->count - 1)) == 0)
		h->list = mem_resize(h->list, h->count ? h->count * 2 : 1, sizeof *h->list);
	h->list[h->count].id = id;
	h->list[h->count++].good = good;
	return 0;
}

int
pd_health_read(struct pd_health *h, struct lenient_json *body, struct fault *f)
{
	struct pd_health got = {0};
	enum json_token token;
	struct json_text t;
	int more = lenient_json_open(body, JSON_ARRAY);

	while (more == 0 && (more = lenient_json_item(body, &token, &t)) > 0)
		more = token == JSON_OBJECT ? read_health(&got, body)
					    : json_read_finish(body->json, token);
	if (more == 0)
		more = json_read_end(body->json);
	if (more < 0) {
		pd_health_free(&got);
		return fault_set(f, STATUS_UNAVAILABLE, "%s", json_read_error(body->json));
	}
	*h = got;
	return 0;
}

void
pd_health_free(struct pd_health *h)
{
	free(h->list);
	*h = (struct pd_health){0};
}

void
pd_members_judge(struct pd_members *m, const struct pd_health *h)
{
	for (size_t i = 0; i < m->count; i++)
		for (size_t k = 0; k < h->count; k++)
			if (m->list[i].id == h->list[k].id)
				m->list[i].health = h->list[k].good ? HEALTH_GOOD : HEALTH_BAD;
}
