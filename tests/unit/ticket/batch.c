/* SPDX-License-Identifier: ISC */
#include "ticket/batch.h"

#include <string.h>

#include "unit.h"

enum { HOUR = 3600000, AT = 10 * HOUR };

static const struct span whole = {NULL, 0};

static void
test_join(void)
{
	struct batches b;

	batches_open(&b, 500000);
	CHECK(batches_join(&b, whole, 500000) == 500000);
	CHECK(batches_join(&b, whole, 560000) == 500000);
	CHECK(batches_join(&b, span_of("7"), 440000) == 500000);
	CHECK(batches_join(&b, whole, 560001) == 560001);
	CHECK(batches_join(&b, whole, 530000) == 560001); /* the newest of two within reach */
	CHECK(batches_join(&b, whole, 439999) == 439999);
	CHECK(batches_join(&b, whole, 450000) == 500000);
	CHECK(batches_join(&b, whole, 400000) == 439999);
	batches_add(&b, 500000);
	CHECK(b.count == 3 && b.begins[0] == 439999 && b.begins[2] == 560001);
	batches_close(&b);
}

static void
test_draw(void)
{
	struct batches b;

	batches_open(&b, AT);
	batches_add_critical(&b, span_of("7"), 3, AT - HOUR - 1); /* too long ago */
	CHECK(batches_join(&b, span_of("7"), AT) == AT);
	CHECK(batches_join(&b, whole, AT) == AT);
	batches_add_critical(&b, span_of("7"), 9, AT - HOUR);
	batches_add(&b, AT - HOUR);
	CHECK(batches_join(&b, span_of("7"), AT) == AT - HOUR);
	CHECK(batches_join(&b, whole, AT) == AT - HOUR);
	CHECK(batches_join(&b, span_of("8"), AT) == AT); /* another store */
	batches_add_critical(&b, span_of("7"), 5, AT - 10);
	CHECK(batches_join(&b, span_of("7"), AT) == AT - HOUR); /* the oldest of several */
	CHECK(batches_join(&b, whole, AT) == AT - HOUR);	/* the newest ticket's */
	batches_add_critical(&b, whole, 12, AT - 20);
	CHECK(batches_join(&b, whole, AT) == AT - 20);
	CHECK(batches_join(&b, span_of(""), AT) == AT); /* "" is not the whole cluster */
	batches_add_critical(&b, span_of("7"), 6, AT - HOUR + 5);
	CHECK(batches_join(&b, span_of("7"), AT) == AT - HOUR);
	batches_close(&b);
}

/* As many stores as a large cluster has, all critical. */
static void
test_many(void)
{
	static char names[5000][8];
	struct batches b;
	int wrong = 0;

	batches_open(&b, AT);
	for (int i = 0; i < 5000; i++) {
		(void)snprintf(names[i], sizeof names[i], "%d", i);
		batches_add_critical(&b, span_of(names[i]), i + 1, AT - i);
	}
	for (int i = 0; i < 5000; i++)
		wrong += batches_join(&b, span_of(names[i]), AT) != AT - i;
	CHECK(wrong == 0);
	batches_close(&b);
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

int
main(void)
{
	test_join();
	test_draw();
	test_many();
	test_keys();
	return unit_done();
}
