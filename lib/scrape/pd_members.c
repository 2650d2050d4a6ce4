/* SPDX-License-Identifier: ISC */
#include "scrape/pd_members.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"

enum { MEMBERS_MAX = 1024, URLS_MAX = 1 << 14, MEMBER_TEXT_MAX = 16 << 10 };

/* The answer while it is read, and the member in it that is being read. */
struct member_reading {
	struct pd_members members;
	struct pd_member member;
	uint64_t leader, etcd_leader;
};

#define AT(member) offsetof(struct member_reading, member)

static int
read_url(struct lenient_json *s, void *target, enum json_token token, const struct json_text *t)
{
	struct member_reading *r = target;
	struct pd_members *all = &r->members;

	if (token != JSON_STRING)
		return json_read_finish(s->json, token);
	if (all->url_count == URLS_MAX)
		return lenient_json_reject(s, "more than %d URLs", URLS_MAX);
	all->urls = mem_grow(all->urls, all->url_count, &all->url_cap, sizeof *all->urls);
	all->urls[all->url_count++] = lenient_json_decode(s, t);
	r->member.url_count++;
	return 0;
}

static const struct lenient_field member_fields[] = {
	{"member_id", LENIENT_U64, .offset = AT(member.id)},
	{"name", LENIENT_TEXT, .offset = AT(member.name)},
	{"binary_version", LENIENT_TEXT, .offset = AT(member.version)},
	{"client_urls", LENIENT_ITEMS, .item = read_url},
	{0},
};

static int
check_member(struct lenient_json *s, const struct member_reading *r)
{
	const struct pd_member *member = &r->member;
	size_t text = member->name.len + member->version.len;

	if (!member->id)
		return lenient_json_reject(s, "a member without an id");
	for (size_t i = 0; i < member->url_count; i++)
		text += r->members.urls[member->url_first + i].len;
	if (text > MEMBER_TEXT_MAX || member->url_count > MEMBER_TEXT_MAX / 16)
		return lenient_json_reject(
			s, "the texts of member %" PRIu64 " are longer than 16 KiB", member->id);
	if (r->members.count == MEMBERS_MAX)
		return lenient_json_reject(s, "more than %d members", MEMBERS_MAX);
	return 0;
}

static int
read_member(struct lenient_json *s, void *target, enum json_token token, const struct json_text *t)
{
	struct member_reading *r = target;
	struct pd_members *all = &r->members;

	(void)t;
	if (token != JSON_OBJECT)
		return lenient_json_reject(s, "members: an object is expected");
	r->member = (struct pd_member){.url_first = all->url_count};
	if (lenient_json_members(s, member_fields, r) || check_member(s, r))
		return -1;
	if (!r->member.name.len)
		r->member.name = (struct span){0};
	all->list = mem_grow(all->list, all->count, &all->cap, sizeof *all->list);
	all->list[all->count++] = r->member;
	return 0;
}

static int
read_list(struct lenient_json *s, void *target, enum json_token token, const struct json_text *t)
{
	(void)t;
	if (token != JSON_ARRAY)
		return lenient_json_reject(s, "members: an array is expected");
	return lenient_json_items(s, read_member, target);
}

static const struct lenient_field header_fields[] = {
	{"cluster_id", LENIENT_U64, .offset = AT(members.cluster_id)},
	{0},
};

static const struct lenient_field leader_fields[] = {
	{"member_id", LENIENT_U64, .offset = AT(leader)},
	{0},
};

static const struct lenient_field etcd_leader_fields[] = {
	{"member_id", LENIENT_U64, .offset = AT(etcd_leader)},
	{0},
};

static const struct lenient_field fields[] = {
	{"header", LENIENT_OBJECT, .fields = header_fields},
	{"members", LENIENT_VALUE, .item = read_list},
	{"leader", LENIENT_OBJECT, .fields = leader_fields},
	{"etcd_leader", LENIENT_OBJECT, .fields = etcd_leader_fields},
	{0},
};

static int
by_id(const void *a, const void *b)
{
	uint64_t x = ((const struct pd_member *)a)->id, y = ((const struct pd_member *)b)->id;

	return (x > y) - (x < y);
}

static int
check_list(struct lenient_json *s, struct member_reading *r)
{
	struct pd_members *all = &r->members;

	if (!all->count)
		return lenient_json_reject(s, "no member in it");
	qsort(all->list, all->count, sizeof *all->list, by_id);
	for (size_t i = 0; i < all->count; i++) {
		struct pd_member *member = &all->list[i];

		if (i && member->id == member[-1].id)
			return lenient_json_reject(
				s, "member %" PRIu64 " is listed twice", member->id);
		member->leader = member->id == r->leader ? LENIENT_TRUE : LENIENT_FALSE;
		member->etcd_leader = member->id == r->etcd_leader;
	}
	return 0;
}

int
pd_members_read(struct pd_members *m, struct lenient_json *body, struct fault *f)
{
	struct member_reading r = {0};

	if (lenient_json_object(body, fields, &r) || check_list(body, &r)) {
		pd_members_free(&r.members);
		return lenient_json_fault(body, f);
	}
	*m = r.members;
	return 0;
}

void
pd_members_free(struct pd_members *m)
{
	free(m->list);
	free(m->urls);
	*m = (struct pd_members){0};
}

static const struct lenient_field verdict_fields[] = {
	{"member_id", LENIENT_U64, .offset = offsetof(struct pd_verdict, id)},
	{"health", LENIENT_BOOL, .offset = offsetof(struct pd_verdict, health)},
	{0},
};

static int
read_verdict(struct lenient_json *s, void *target, enum json_token token, const struct json_text *t)
{
	struct pd_health *h = target;
	struct pd_verdict verdict = {0};

	(void)t;
	if (token != JSON_OBJECT)
		return json_read_finish(s->json, token);
	if (lenient_json_members(s, verdict_fields, &verdict))
		return -1;
	if (!verdict.id || !verdict.health || h->count == MEMBERS_MAX)
		return 0; /* no more than /members lists */
	h->list = mem_grow(h->list, h->count, &h->cap, sizeof verdict);
	h->list[h->count++] = verdict;
	return 0;
}

int
pd_health_read(struct pd_health *h, struct lenient_json *body, struct fault *f)
{
	struct pd_health got = {0};

	if (lenient_json_open(body, JSON_ARRAY) || lenient_json_items(body, read_verdict, &got) ||
		json_read_end(body->json)) {
		pd_health_free(&got);
		return lenient_json_fault(body, f);
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
				m->list[i].health = h->list[k].health;
}
