/* SPDX-License-Identifier: ISC */
#include "scrape/pd_rules.h"

#include <stdlib.h>

#include "base/mem.h"
#include "scrape/lenient_json.h"
#include "scrape/pd_stores.h"

enum { RULES_MAX = 1 << 14, LABELS_MAX = 1 << 16, COUNT_MAX = 1000 };

struct rule {
	struct span group, id, start, end, role;
	int64_t index;
	uint64_t count;
	enum lenient_bool override;
	size_t label_first, label_count;
	bool dropped;
};

/* The answer while it is read. */
struct rule_reading {
	struct rule *list;
	size_t count, cap;
	struct span *labels;
	size_t label_count, label_cap;
	struct rule rule;
};

#define AT(member) offsetof(struct rule_reading, member)

static int
read_label(struct lenient_json *s, void *target, enum json_token token, const struct json_text *t)
{
	struct rule_reading *r = target;

	if (token != JSON_STRING)
		return json_read_finish(s->json, token);
	if (r->label_count == LABELS_MAX)
		return lenient_json_reject(s, "more than %d labels in rules", LABELS_MAX);
	r->labels = mem_grow(r->labels, r->label_count, &r->label_cap, sizeof *r->labels);
	r->labels[r->label_count++] = lenient_json_decode(s, t);
	r->rule.label_count++;
	return 0;
}

static const struct lenient_field rule_fields[] = {
	{"group_id", LENIENT_TEXT, .offset = AT(rule.group)},
	{"id", LENIENT_TEXT, .offset = AT(rule.id)},
	{"start_key", LENIENT_TEXT, .offset = AT(rule.start)},
	{"end_key", LENIENT_TEXT, .offset = AT(rule.end)},
	{"role", LENIENT_TEXT, .offset = AT(rule.role)},
	{"index", LENIENT_I64, .offset = AT(rule.index)},
	{"count", LENIENT_U64, .offset = AT(rule.count)},
	{"override", LENIENT_BOOL, .offset = AT(rule.override)},
	{"location_labels", LENIENT_ITEMS, .item = read_label},
	{0},
};

static int
read_rule(struct lenient_json *s, void *target, enum json_token token, const struct json_text *t)
{
	struct rule_reading *r = target;

	(void)t;
	if (token != JSON_OBJECT)
		return lenient_json_reject(s, "a rule is expected to be an object");
	r->rule = (struct rule){.count = PD_UNKNOWN, .label_first = r->label_count};
	r->rule.group = r->rule.id = r->rule.start = r->rule.end = r->rule.role = span_of("");
	if (lenient_json_members(s, rule_fields, r))
		return -1;
	if (r->rule.count > COUNT_MAX)
		return lenient_json_reject(s, "a rule without a count");
	if (r->count == RULES_MAX)
		return lenient_json_reject(s, "more than %d rules", RULES_MAX);
	if (span_is(r->rule.role, "learner"))
		return 0;
	r->list = mem_grow(r->list, r->count, &r->cap, sizeof *r->list);
	r->list[r->count++] = r->rule;
	return 0;
}

static int
by_range(const struct rule *a, const struct rule *b)
{
	int order = span_compare(a->start, b->start);

	return order ? order : span_compare(a->end, b->end);
}

/* Sorts by range, then group, then index and id. */
static int
by_place(const void *x, const void *y)
{
	const struct rule *a = x, *b = y;
	int order = by_range(a, b);

	if (!order)
		order = span_compare(a->group, b->group);
	if (!order)
		order = (a->index > b->index) - (a->index < b->index);
	return order ? order : span_compare(a->id, b->id);
}

static bool
same_group(const struct rule *a, const struct rule *b)
{
	return by_range(a, b) == 0 && span_compare(a->group, b->group) == 0;
}

/* A rule that overrides drops those before it in its group and range. */
static void
drop_overridden(struct rule_reading *r)
{
	bool dropping = false;

	for (size_t i = r->count; i-- > 0;) {
		struct rule *rule = &r->list[i];

		if (i + 1 < r->count && !same_group(rule, rule + 1))
			dropping = false;
		rule->dropped = dropping;
		dropping |= rule->override == LENIENT_TRUE;
	}
}

/* Takes the range that begins at rule i if it has the fewest voters so far. Returns its end. */
static size_t
take_range(const struct rule_reading *r, size_t i, struct pd_rules *out)
{
	const struct rule *first = NULL;
	uint64_t voters = 0;
	size_t end = i;

	for (; end < r->count && by_range(&r->list[i], &r->list[end]) == 0; end++) {
		if (r->list[end].dropped)
			continue;
		if (!first)
			first = &r->list[end];
		voters += r->list[end].count;
	}
	if (first && (out->voters == PD_UNKNOWN || voters < out->voters)) {
		out->voters = voters;
		out->label_first = first->label_first;
		out->label_count = first->label_count;
	}
	return end;
}

int
pd_rules_read(struct pd_rules *rules, struct lenient_json *body, struct fault *f)
{
	struct rule_reading r = {0};
	int bad = lenient_json_open(body, JSON_ARRAY) || lenient_json_items(body, read_rule, &r) ||
		  json_read_end(body->json);

	if (!bad) {
		rules->voters = PD_UNKNOWN;
		if (r.count)
			qsort(r.list, r.count, sizeof *r.list, by_place);
		drop_overridden(&r);
		for (size_t i = 0; i < r.count;)
			i = take_range(&r, i, rules);
		rules->labels = r.labels;
		r.labels = NULL;
	}
	free(r.labels);
	free(r.list);
	return bad ? lenient_json_fault(body, f) : 0;
}

void
pd_rules_free(struct pd_rules *rules)
{
	free(rules->labels);
	*rules = (struct pd_rules){.voters = PD_UNKNOWN};
}
