/* SPDX-License-Identifier: ISC */
#include "ticket/batch.h"

#include <string.h>

#include "base/suggest.h"
#include "unit.h"

static void
test_join(void)
{
	struct batches b = {.begins = NULL};

	CHECK(batches_join(&b, 500000) == 500000);
	CHECK(batches_join(&b, 560000) == 500000);
	CHECK(batches_join(&b, 440000) == 500000);
	CHECK(batches_join(&b, 560001) == 560001);
	CHECK(batches_join(&b, 530000) == 560001); /* of two within reach the newest */
	CHECK(batches_join(&b, 439999) == 439999);
	CHECK(batches_join(&b, 450000) == 500000);
	CHECK(batches_join(&b, 400000) == 439999);
	batches_add(&b, 500000);
	CHECK(b.count == 3 && b.begins[0] == 439999 && b.begins[2] == 560001);
	batches_free(&b);
}

static void
test_keys(void)
{
	char key[BATCH_KEY_SIZE];
	int64_t ms;

	batch_key(key, 1234);
	CHECK(strcmp(key, "batch-1970-01-01T00:00:01.234Z") == 0);
	CHECK(batch_parse(key, strlen(key), &ms) == 0 && ms == 1234);
	CHECK(batch_parse("batch-1970", 10, &ms) < 0);
	CHECK(batch_parse("catch-1970-01-01T00:00:01.234Z", 30, &ms) < 0);
}

static void
test_suggestions(void)
{
	static const char *const words[] = {"ingest", "list", "ack", "unhold"};
	static const struct {
		const char *typed, *meant;
	} cases[] = {
		{"lsit", "list"},
		{"lis", "list"},
		{"lists", "list"},
		{"ignest", "ingest"},
		{"digest", "ingest"},
		{"akc", "ack"},
		{"unhlod", "unhold"},
		{"x", NULL},
		{"delete", NULL},
		{"", NULL},
		{"a-very-long-word-that-is-none-of-them", NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *got = suggest(cases[i].typed, words, sizeof words / sizeof words[0]);

		CHECK_AS(cases[i].meant ? got && strcmp(got, cases[i].meant) == 0 : !got,
			cases[i].typed);
	}
}

int
main(void)
{
	test_join();
	test_keys();
	test_suggestions();
	return unit_done();
}
