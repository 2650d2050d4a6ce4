/* SPDX-License-Identifier: ISC */
#include "ticket/verdict_cycle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/json_read.h"
#include "stream/cycle_read.h"
#include "unit.h"

static int
add(struct verdict_cycle *v, struct json_read *j, const char *kind, const char *line)
{
	struct json_text t = {.at = kind, .len = strlen(kind)};
	struct fault f;

	return verdict_cycle_add(v, j, &t, line, strlen(line), &f);
}

static void
test_records(struct json_read *j)
{
	struct cycle_head head = {.subject = (char[]){"s"}, .cluster = (char[]){"c"}};
	struct verdict_cycle *v = verdict_cycle_open(&head);
	const struct verdict *f;
	const struct violation *n;

	CHECK(!add(v, j, "violation",
		"{\"store_id\":\"\\u00e9\",\"severity\":\"c\\u0072itica\\u006c\",\"invariant_"
		"name\":\"a\","
		"\"grace_s\":1.5,\"flap_count\":2,\"metric_snapshot\":{\"x\": [1]},\"new\":{}}"));
	CHECK(!add(v, j, "ok", "{\"invariant_name\":\"a\",\"store_ids\":[\"1\",null,\"\"]}"));
	CHECK(!add(v, j, "unknown", "{\"store_ids\":[\"2\"],\"invariant_name\":\"b\"}"));
	CHECK(!add(v, j, "check", "{\"invariant_name\":\"a\",\"complete\":true}"));
	CHECK(!add(v, j, "other", "{\"store_ids\":5}"));
	f = verdict_cycle_find(v, span_of("a:\xc3\xa9"));
	CHECK(f && f->state == VERDICT_VIOLATED && !f->whole_cluster);
	n = &v->violations[f->violation];
	CHECK(n->severity == SEVERITY_CRITICAL && n->grace_ms == 1500 && n->flap_window_s == 300);
	CHECK(n->snapshot.len == 10 && memcmp(n->snapshot.at, "{\"x\": [1]}", 10) == 0);
	CHECK(!n->message.at);
	f = verdict_cycle_find(v, span_of("a"));
	CHECK(f && f->state == VERDICT_OK && f->whole_cluster);
	CHECK(verdict_cycle_find(v, span_of("a:")) && verdict_cycle_find(v, span_of("b:2")));
	CHECK(!verdict_cycle_find(v, span_of("b")));
	CHECK(verdict_cycle_complete(v, span_of("a")) && !verdict_cycle_complete(v, span_of("b")));
	CHECK(v->invariants[1].unknown_count == 1 && v->count == 5);
	CHECK(add(v, j, "ok", "{\"invariant_name\":\"b\",\"store_ids\":[\"2\"]}"));
	verdict_cycle_close(v);
}

/* Why a verdict is unknown or a check is not complete, and what to do about a violation. */
static void
test_reasons(struct json_read *j)
{
	struct cycle_head head = {.subject = (char[]){"s"}, .cluster = (char[]){"c"}};
	struct verdict_cycle *v = verdict_cycle_open(&head);
	const struct unknown_reason *r;
	uint64_t digest[2];

	CHECK(!add(v, j, "unknown",
		"{\"invariant_name\":\"a\",\"store_ids\":[\"1\"],\"missing\":[\"p\\u00e9\", "
		"\"q\"]}"));
	r = &v->reasons[verdict_cycle_find(v, span_of("a:1"))->reason];
	CHECK(!r->reason.at && span_is(r->missing, "[\"p\\u00e9\", \"q\"]"));
	CHECK(span_is(r->text, "missing p\xc3\xa9, q"));
	memcpy(digest, v->invariants[0].unknown_digest, sizeof digest);
	CHECK(!add(v, j, "unknown",
		"{\"invariant_name\":\"a\",\"store_ids\":[\"2\"],\"reason\":\"idle\",\"missing\":[]"
		"}"));
	r = &v->reasons[verdict_cycle_find(v, span_of("a:2"))->reason];
	CHECK(span_is(r->reason, "idle") && span_is(r->text, "idle") && !r->missing.at);
	CHECK(memcmp(digest, v->invariants[0].unknown_digest, sizeof digest) != 0);
	CHECK(!add(v, j, "unknown",
		"{\"invariant_name\":\"a\",\"store_ids\":[\"3\"],\"reason\":null,\"missing\":"
		"null}"));
	CHECK(!v->reasons[verdict_cycle_find(v, span_of("a:3"))->reason].text.at);
	CHECK(v->invariants[0].unknown_count == 3 && !v->invariants[0].known);
	CHECK(!add(
		v, j, "check", "{\"invariant_name\":\"b\",\"complete\":false,\"error\":\"pd\"}"));
	CHECK(span_is(v->invariants[1].error, "pd"));
	CHECK(!add(v, j, "violation", "{\"invariant_name\":\"a\",\"doc\":\"d\",\"link\":\"l\"}"));
	CHECK(span_is(v->violations[0].doc, "d") && span_is(v->violations[0].link, "l"));
	CHECK(v->invariants[0].known);
	verdict_cycle_close(v);
}

static void
test_many(struct json_read *j)
{
	struct cycle_head head = {.subject = (char[]){"s"}, .cluster = (char[]){"c"}};
	struct verdict_cycle *v = verdict_cycle_open(&head);
	char line[96];
	int bad = 0;

	for (int i = 0; i < 5000; i++) {
		(void)snprintf(line, sizeof line,
			"{\"invariant_name\":\"i%d\",\"store_ids\":[\"%d\"]}", i % 70, i);
		bad += add(v, j, "ok", line) != 0;
	}
	for (int i = 0; i < 5000; i++) {
		int len = snprintf(line, sizeof line, "i%d:%d", i % 70, i);

		bad += !verdict_cycle_find(v, (struct span){line, (size_t)len});
	}
	CHECK(bad == 0 && v->count == 5000 && v->invariant_count == 70);
	verdict_cycle_close(v);
}

static void
test_digest(struct json_read *j)
{
	struct cycle_head head = {.subject = (char[]){"s"}, .cluster = (char[]){"c"}};
	static const char *const lines[] = {"{\"a\":1}", "{\"a\":2}"};
	struct verdict_cycle *v[3];

	for (int i = 0; i < 3; i++) {
		v[i] = verdict_cycle_open(&head);
		CHECK(!add(v[i], j, "x", lines[i == 1]));
		CHECK(!add(v[i], j, "x", lines[i != 1]));
	}
	CHECK(memcmp(v[0]->digest, v[2]->digest, sizeof v[0]->digest) == 0);
	CHECK(memcmp(v[0]->digest, v[1]->digest, sizeof v[0]->digest) != 0);
	for (int i = 0; i < 3; i++)
		verdict_cycle_close(v[i]);
}

int
main(void)
{
	struct json_read *j = json_read_open();

	test_records(j);
	test_reasons(j);
	test_many(j);
	test_digest(j);
	json_read_close(j);
	return unit_done();
}
