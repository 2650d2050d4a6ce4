/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/mem.h"
#include "scrape/lenient_json.h"
#include "scrape/pd_members.h"
#include "scrape/pd_rules.h"
#include "scrape/pd_stores.h"
#include "unit.h"

/* Answers of PD that are refused, and odd ones that are accepted. tests/tapes has whole ones. */

static struct fault fault;

static int
read_text(const char *text, int (*read)(struct lenient_json *, struct fault *))
{
	struct lenient_json body = {
		.json = json_read_open(), .text = mem_copy(text), .len = strlen(text)};
	int bad = read(&body, &fault);

	free(body.text);
	json_read_close(body.json);
	return bad;
}

static size_t count;

static int
stores(struct lenient_json *body, struct fault *f)
{
	struct pd_stores s = {0};
	int bad = pd_stores_read(&s, body, f);

	count = s.count;
	pd_stores_free(&s);
	return bad;
}

static int
members(struct lenient_json *body, struct fault *f)
{
	struct pd_members m = {0};
	int bad = pd_members_read(&m, body, f);

	count = m.count;
	pd_members_free(&m);
	return bad;
}

static int
health(struct lenient_json *body, struct fault *f)
{
	struct pd_health h = {0};
	int bad = pd_health_read(&h, body, f);

	count = h.count;
	pd_health_free(&h);
	return bad;
}

/* Counts the voters, and 100 for each label. */
static int
rules(struct lenient_json *body, struct fault *f)
{
	struct pd_rules r = {0};
	int bad = pd_rules_read(&r, body, f);

	count = r.voters == PD_UNKNOWN ? 0 : r.voters + 100 * r.label_count;
	pd_rules_free(&r);
	return bad;
}

#define RULE(text) "{\"group_id\":\"pd\",\"id\":\"a\",\"start_key\":\"\",\"end_key\":\"\"," text "}"

static const struct {
	const char *text;
	int (*read)(struct lenient_json *, struct fault *);
	int count; /* -1: refused */
} answers[] = {
	{"{\"count\":0,\"stores\":[]}", stores, 0},
	{"{\"stores\":[{\"store\":{\"id\":2}},{\"store\":{\"id\":1},\"status\":{}}],"
	 "\"count\":9}",
		stores, 2},
	{"{\"stores\":[{\"status\":null,\"store\":{\"id\":2,\"labels\":[1,{},{\"key\":"
	 "\"a\"}]}}]}",
		stores, 1},
	{"{}", stores, -1},
	{"[]", stores, -1},
	{"{\"stores\":null}", stores, -1},
	{"{\"stores\":{}}", stores, -1},
	{"{\"stores\":[1]}", stores, -1},
	{"{\"stores\":[null]}", stores, -1},
	{"{\"stores\":[{}]}", stores, -1},
	{"{\"stores\":[{\"store\":[]}]}", stores, -1},
	{"{\"stores\":[{\"store\":{\"id\":0}}]}", stores, -1},
	{"{\"stores\":[{\"store\":{\"id\":-1}}]}", stores, -1},
	{"{\"stores\":[{\"store\":{\"id\":1.0}}]}", stores, -1},
	{"{\"stores\":[{\"store\":{\"id\":1e3}}]}", stores, -1},
	{"{\"stores\":[{\"store\":{\"id\":\"1\"}}]}", stores, -1},
	{"{\"stores\":[{\"store\":{\"id\":18446744073709551616}}]}", stores, -1},
	{"{\"stores\":[{\"store\":{\"id\":18446744073709551615}}]}", stores, 1},
	{"{\"stores\":[{\"store\":{\"id\":1}},{\"store\":{\"id\":1}}]}", stores, -1},
	{"{\"stores\":[]", stores, -1},
	{"{\"stores\":[]}{", stores, -1},
	{"\"[PD:x]\"", stores, -1},
	{"{\"members\":[{\"member_id\":1}]}", members, 1},
	{"{\"leader\":null,\"members\":[{\"member_id\":1,\"client_urls\":[1,\"a\"]}]}", members, 1},
	{"{\"header\":{\"cluster_id\":1}}", members, -1},
	{"{\"members\":[]}", members, -1},
	{"{\"members\":[{}]}", members, -1},
	{"{\"members\":[{\"member_id\":1},{\"member_id\":1}]}", members, -1},
	{"{\"members\":[{\"member_id\":1}]", members, -1},
	{"[]", health, 0},
	{"[{\"member_id\":1,\"health\":false},{\"member_id\":2},{\"health\":true},1,{"
	 "\"member_id\":"
	 "3,\"health\":1}]",
		health, 1},
	{"{}", health, -1},
	{"[", health, -1},
	{"[]", rules, 0},
	{"null", rules, -1},
	{"{}", rules, -1},
	{"[1]", rules, -1},
	{"[{}]", rules, -1},
	{"[" RULE("\"role\":\"voter\"") "]", rules, -1},
	{"[" RULE("\"role\":\"voter\",\"count\":-1") "]", rules, -1},
	{"[" RULE("\"role\":\"voter\",\"count\":\"3\"") "]", rules, -1},
	{"[" RULE("\"role\":\"voter\",\"count\":3") "]", rules, 3},
	{"[" RULE("\"count\":3,\"location_labels\":[\"zone\",1,\"host\"]") "]", rules, 203},
	{"[" RULE("\"role\":\"leader\",\"count\":1,\"location_labels\":[\"zone\"]") "," RULE(
		 "\"role\":\"follower\",\"count\":2") "," RULE("\"role\":\"learner\","
							       "\"count\":9") "]",
		rules, 103},
	{"[" RULE("\"role\":\"learner\",\"count\":1") "]", rules, 0},
	/* two ranges: the one with fewer voters decides */
	{"[" RULE("\"count\":5") ",{\"group_id\":\"t\",\"id\":\"b\",\"start_key\":\"74\","
				 "\"end_key\":\"75\","
				 "\"count\":3,\"location_labels\":[\"host\"]}]",
		rules, 103},
	/* a rule that overrides replaces those of its group and range with a smaller index */
	{"[" RULE("\"count\":3") ",{\"group_id\":\"pd\",\"id\":\"b\",\"start_key\":\"\","
				 "\"end_key\":\"\","
				 "\"index\":1,\"override\":true,\"count\":5}]",
		rules, 5},
	{"[" RULE("\"count\":3,\"index\":2") ",{\"group_id\":\"pd\",\"id\":\"b\",\"start_"
					     "key\":\"\",\"end_key\":\"\","
					     "\"index\":1,\"override\":true,\"count\":5}]",
		rules, 8},
	{"[" RULE("\"count\":3") ",{\"group_id\":\"other\",\"id\":\"b\",\"start_key\":\"\","
				 "\"end_key\":\"\","
				 "\"index\":1,\"override\":true,\"count\":5}]",
		rules, 8},
};

int
main(void)
{
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		int bad = read_text(answers[i].text, answers[i].read);

		CHECK_AS(answers[i].count < 0 ? bad == -1 && fault.text[0]
					      : bad == 0 && count == (size_t)answers[i].count,
			answers[i].text);
	}
	return unit_done();
}
