/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/mem.h"
#include "scrape/lenient_json.h"
#include "scrape/pd_members.h"
#include "scrape/pd_stores.h"
#include "unit.h"

/* PD's answers that are none, and those that are odd but are one. Whole ones are in tests/tapes. */

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

static const struct {
	const char *text;
	int (*read)(struct lenient_json *, struct fault *);
	int count; /* -1: refused */
} answers[] = {
	{"{\"count\":0,\"stores\":[]}", stores, 0},
	{"{\"stores\":[{\"store\":{\"id\":2}},{\"store\":{\"id\":1},\"status\":{}}],\"count\":9}",
		stores, 2},
	{"{\"stores\":[{\"status\":null,\"store\":{\"id\":2,\"labels\":[1,{},{\"key\":\"a\"}]}}]}",
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
	{"[{\"member_id\":1,\"health\":false},{\"member_id\":2},{\"health\":true},1,{\"member_id\":"
	 "3,\"health\":1}]",
		health, 1},
	{"{}", health, -1},
	{"[", health, -1},
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
