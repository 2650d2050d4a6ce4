/* SPDX-License-Identifier: ISC */
#include "check/observations.h"

#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/span.h"
#include "check/record_json.h"
#include "check/schema.h"
#include "unit.h"

static char store[] = "store", source[] = "source", id[] = "id", load[] = "load", other[] = "other";
static char text[] = "TEXT", real[] = "REAL";
static struct schema_column store_columns[] = {
	{id, text, false}, {load, real, true}, {other, text, false}};
static struct schema_column source_columns[] = {{id, text, false}};
static struct schema_kind kinds[] = {{.name = store, .columns = store_columns, .count = 3},
	{.name = source, .columns = source_columns, .count = 1}};
static const struct schema schema = {.kinds = kinds, .count = 2};

static int
add(struct observations *o, const char *line)
{
	struct json_text kind = {.at = line + 9, .len = strcspn(line + 9, "\"")};
	struct fault f;

	return observations_add(o, &kind, span_of(line), &f);
}

static const char *
snapshot_of(struct observations *o, uint32_t row, const char *const *except, size_t count)
{
	static struct buf out;
	struct record_json *s = record_json_open(o);
	struct json_write w;

	buf_free(&out);
	buf_init(&out, 1 << 20);
	json_write_init(&w, &out);
	json_write_object(&w);
	record_json_write(s, 0, row, except, count, &w);
	json_write_object_end(&w);
	record_json_close(s);
	return out.data;
}

static void
test_rows(struct observations *o)
{
	struct value v;

	observations_clear(o);
	CHECK(!add(o, "{\"kind\":\"store\",\"id\":\"a\",\"load\":1.5}"));
	CHECK(!add(o, "{\"kind\":\"store\",\"id\":\"b\",\"load\":2.5}"));
	CHECK(!add(o, "{\"kind\":\"store\", \"id\":\"c\",\"load\":null}"));
	CHECK(!add(o, "{\"kind\":\"unknown\",\"x\":[]}"));
	CHECK(observations_count(o) == 4 && observations_rows(o, 0) == 3);
	CHECK(!observations_column(o, 0, 2)); /* no invariant reads it */
	column_get(observations_column(o, 0, 1), observations_arena(o), 1, &v);
	CHECK(v.type == VALUE_REAL && v.real > 2.49 && v.real < 2.51);
	column_get(observations_column(o, 0, 1), observations_arena(o), 2, &v);
	CHECK(v.type == VALUE_NULL);
	CHECK(observations_find(o, 0, "b", 1) == 1 && observations_find(o, 0, "c", 1) == 2);
	CHECK(observations_find(o, 0, "d", 1) == OBSERVATIONS_NO_ROW);
	CHECK(observations_find(o, 0, NULL, 0) == OBSERVATIONS_NO_ROW);
}

static void
test_refusals(struct observations *o)
{
	static const char *const bad[] = {"{\"kind\":\"store\",\"id\":\"a\",\"id\":\"b\"}",
		"{\"kind\":\"store\",\"id\":\"a\"", "{\"kind\":\"store\",\"id\":\"a\"}x",
		"{\"kind\":\"store\",\"id\":\"a\",}", "{\"kind\":\"store\",\"load\":01}",
		"{\"kind\":\"store\",\"load\":1e999}", "{\"kind\":\"store\",\"id\":\"\\ud800\"}",
		"{\"kind\":\"unknown\",\"x\":[}", "{\"kind\":\"source\",\"kinds\":7}",
		"{\"kind\":\"source\",\"kinds\":[7]}"};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		observations_clear(o);
		/* without a shape, and then along the shape of a good record */
		CHECK_AS(add(o, bad[i]) != 0, bad[i]);
		observations_clear(o);
		CHECK(!add(o, "{\"kind\":\"store\",\"id\":\"a\"}"));
		CHECK_AS(add(o, bad[i]) != 0, bad[i]);
	}
}

static void
test_snapshot(struct observations *o)
{
	static const char *const except[] = {"load", "x\"y"};

	observations_clear(o);
	CHECK(!add(o, "{\"kind\":\"store\",\"id\":\"a\\u0041\",\"load\":1.50,\"x\\u0022y\":{\"b\": "
		      "[1 ,true]}}"));
	CHECK(!strcmp(snapshot_of(o, 0, NULL, 0),
		"{\"kind\":\"store\",\"id\":\"aA\",\"load\":1.50,\"x\\\"y\":{\"b\":[1,true]}}"));
	CHECK(!strcmp(snapshot_of(o, 0, except, 2), "{\"kind\":\"store\",\"id\":\"aA\"}"));
}

/* More different records than there can be shapes: the rest are stored as they came. */
static void
test_many_shapes(struct observations *o)
{
	char line[128];
	int good = 1;

	observations_clear(o);
	for (unsigned i = 0; i < 3000; i++) {
		(void)snprintf(line, sizeof line,
			"{\"kind\":\"store\",\"id\":\"s%u\",\"load\":%u,\"k%u\":{\"a\":1}}", i, i,
			i);
		good &= !add(o, line);
	}
	CHECK(good);
	for (unsigned i = 0; i < 3000; i++) {
		char name[16];
		struct value v;

		(void)snprintf(line, sizeof line,
			"{\"kind\":\"store\",\"id\":\"s%u\",\"load\":%u,\"k%u\":{\"a\":1}}", i, i,
			i);
		(void)snprintf(name, sizeof name, "s%u", i);
		good &= observations_find(o, 0, name, strlen(name)) == i;
		column_get(observations_column(o, 0, 1), observations_arena(o), i, &v);
		good &= v.type == VALUE_REAL && (unsigned)v.real == i;
		if (i % 100 == 0 || i > 2990)
			good &= !strcmp(snapshot_of(o, i, NULL, 0), line);
	}
	CHECK(good);
	observations_clear(o);
	CHECK(!add(o, "{\"kind\":\"store\",\"id\":\"a\",\"load\":1}"));
	CHECK(!strcmp(snapshot_of(o, 0, NULL, 0), "{\"kind\":\"store\",\"id\":\"a\",\"load\":1}"));
}

static void
test_completeness(struct observations *o)
{
	struct fault f;

	observations_clear(o);
	CHECK(observations_complete(o, 0, &f) && !strcmp(f.text, "no observation of kind store"));
	CHECK(observations_complete(o, 1, &f));
	observations_clear(o);
	CHECK(!add(o, "{\"kind\":\"source\",\"ok\":false,\"id\":\"pd\",\"kinds\":[\"store\","
		      "\"source\",\"else\"]}"));
	CHECK(!add(o, "{\"kind\":\"source\",\"ok\":true,\"id\":\"x\",\"kinds\":[\"store\"]}"));
	CHECK(observations_complete(o, 0, &f) && !strcmp(f.text, "source pd failed"));
	CHECK(!observations_complete(o, 1, &f));
	observations_clear(o);
	CHECK(!add(o, "{\"kind\":\"source\",\"kinds\":[\"store\"],\"id\":\"pd\"}"));
	CHECK(observations_complete(o, 0, &f)); /* ok is missing */
	observations_clear(o);
	CHECK(!add(o, "{\"kind\":\"source\",\"kinds\":[\"store\"],\"id\":\"pd\",\"ok\":true,"
		      "\"incomplete\":[]}"));
	CHECK(!observations_complete(o, 0, &f));
}

int
main(void)
{
	struct observations *o = observations_open(&schema);

	test_rows(o);
	test_refusals(o);
	test_snapshot(o);
	test_many_shapes(o);
	test_completeness(o);
	observations_close(o);
	return unit_done();
}
